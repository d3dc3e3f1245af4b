import Synchronization

/// A right server for the exercise `fix-injection`, which can break one rule.
final class PageServer: Sendable {
  private let fault: String?
  private let posts = Mutex<[(name: String, text: String)]>([])

  init(breaking fault: String?) { self.fault = fault }

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    switch (request.method, request.path) {
    case ("POST", "/say"):
      let form = request.form
      posts.withLock { posts in
        posts.append((form["name"] ?? "", form["text"] ?? ""))
        if fault == "shown", posts.count > 2 { posts.removeFirst() }
      }
      peer.answer("303 See Other", ["Location: /page"])
    case ("GET", "/page"): page(peer)
    default: peer.answer("404 Not Found")
    }
  }

  private func page(_ peer: RawPeer) {
    let items = posts.withLock { $0 }.map { post in
      "  <li class=said title='\(escaped(post.name, of: "attribute"))'>\(escaped(post.text, of: "tags"))</li>\n"
    }
    peer.answer(
      "200 OK",
      [
        fault == "type" ? "Content-Type: text/html" : "Content-Type: text/html;charset=UTF-8",
        "content-security-policy: script-src \(fault == "policy" ? "'self' 'unsafe-inline'" : "'self'"); img-src *",
      ], "<html><link rel=icon href=x><ul>\n" + items.joined() + "</ul></html>")
  }

  private func escaped(_ text: String, of place: String) -> String {
    let isRaw = fault == place
    return text.map { character in
      switch character {
      case "&": fault == "ampersand" ? "&" : "&#38;"
      case "<": isRaw ? "<" : "&#x3c;"
      case ">": isRaw ? ">" : "&gt;"
      case "'": isRaw ? "'" : "&apos;"
      case _ where fault == "utf-8" && !character.isASCII: "?"
      default: String(character)
      }
    }.joined()
  }
}
