// Repair: what others say becomes a part of the page. What is wrong stands in tutorials/exercises/fix-injection.md.

import Comet

@LoopActor private var posts: [(name: String, text: String)] = []

let fixInjection = Server { routes in
  routes.get("/page") { _ in
    // TODO: name and text come from somebody else. What is a < in them to a browser, and what a quote?
    let items = posts.map { "<li title=\"\($0.name)\">\($0.text)</li>\n" }
    // TODO: what could the page tell the browser about scripts?
    return .html("<!DOCTYPE html>\n<title>Said</title>\n<ul>\n\(items.joined())</ul>\n")
  }

  routes.post("/say") { request in
    let form = try request.form()
    posts.append((form["name"] ?? "", form["text"] ?? ""))
    return .noContent
  }
}
