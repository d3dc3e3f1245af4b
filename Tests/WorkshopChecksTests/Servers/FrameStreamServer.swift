import Synchronization

/// A right server for the exercise `htmlfile-stream`, which can break one rule.
final class FrameStreamServer: Sendable {
  private struct State {
    var frames: [Int: [String]] = [:]
    var lastKey = 0
  }

  private let fault: String?
  private let state = Mutex(State())

  init(breaking fault: String?) { self.fault = fault }

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    switch request.path {
    case "/htmlfile": stream(peer)
    case "/clients":
      peer.answer("200 OK", [], state.withLock { String(fault == "leaving" ? $0.lastKey : $0.frames.count) })
    case "/say":
      state.withLock { state in
        let keys = state.frames.keys.sorted()
        for key in fault == "everyone" ? keys.suffix(1) : keys[...] { state.frames[key]?.append(request.text) }
      }
      peer.answer("204 No Content")
    default: peer.answer("404 Not Found")
    }
  }

  private func stream(_ peer: RawPeer) {
    let key = state.withLock { state in
      state.lastKey += 1
      state.frames[state.lastKey] = []
      return state.lastKey
    }
    defer { state.withLock { _ = $0.frames.removeValue(forKey: key) } }
    peer.begin(["Content-Type: " + (fault == "type" ? "text/plain" : "text/html; charset=utf-8")])
    peer.chunk("<!DOCTYPE html>" + String(repeating: " ", count: fault == "padding" ? 1 : 1024))
    while peer.receive(within: 5) {
      let texts = state.withLock { state in
        defer { state.frames[key] = [] }
        return state.frames[key] ?? []
      }
      for text in texts {
        peer.chunk("<script>\(fault == "call" ? "callback.process" : "parent.process")('\(escaped(text))');</script>\n")
      }
    }
  }

  private func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "'": fault == "quotes" ? "'" : "\\'"
      case "\\": "\\\\"
      case "\n": fault == "line-ends" ? "\n" : "\\n"
      case "\r": "\\r"
      case "<": isLeft(text) ? "<" : "\\u003c"
      case "\u{2028}", "\u{2029}": fault == "separators" ? String(scalar) : "\\u" + String(scalar.value, radix: 16)
      case _ where fault == "utf-8" && !scalar.isASCII: "?"
      default: String(scalar)
      }
    }.joined()
  }

  private func isLeft(_ text: String) -> Bool {
    fault == "comment" && text.contains("<!--") || fault == "end-tag" && text.contains("</")
      || fault == "end-tag, in small letters" && text.contains("</") && !text.contains("</script")
  }
}
