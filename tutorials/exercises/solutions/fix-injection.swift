// Solution: what others say is text.

import Comet

@LoopActor private var posts: [(name: String, text: String)] = []

let fixInjection = Server { routes in
  routes.get("/page") { _ in
    let items = posts.map { "<li title=\"\(escaped($0.name))\">\(escaped($0.text))</li>\n" }
    var page = Response.html("<!DOCTYPE html>\n<title>Said</title>\n<ul>\n\(items.joined())</ul>\n")
    // The second wall: no script runs, whatever gets into the page.
    page.fields.set("Content-Security-Policy", "default-src 'none'")
    return page
  }

  routes.post("/say") { request in
    let form = try request.form()
    posts.append((form["name"] ?? "", form["text"] ?? ""))
    if posts.count > 1000 { posts.removeFirst() }
    return .noContent
  }
}

/// Text for a page, and for an attribute in quotes of either kind.
private func escaped(_ text: String) -> String {
  text.map { character in
    switch character {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    case "\"": "&quot;"
    case "'": "&#39;"
    default: String(character)
    }
  }.joined()
}
