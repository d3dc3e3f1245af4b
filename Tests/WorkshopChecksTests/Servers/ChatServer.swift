import Synchronization

/// A right server for the exercise `chat`, which can break one rule.
final class ChatServer: Sendable {
  private struct State {
    /// What those who wait are to hear, by their keys.
    var listeners: [Int: String?] = [:]
    var lastKey = 0
    /// The one that a server wakes which wakes only one.
    var woken = 0
    var kept: String?
  }

  private let fault: String?
  private let state = Mutex(State())

  init(breaking fault: String?) { self.fault = fault }

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    switch (request.method, request.path) {
    case ("GET", "/test"): listen(peer)
    case ("POST", "/message"): speak(request, peer)
    case ("GET", "/waiting"): peer.answer("200 OK", [], String(state.withLock { $0.listeners.count }))
    default: peer.answer("404 Not Found")
    }
  }

  private func speak(_ request: RawPeer.Request, _ peer: RawPeer) {
    // A server that does not read the form well still knows the words of the other rules.
    let raw = request.text.split(separator: "&").first { $0.hasPrefix("message=") }?.dropFirst(8)
    let text = fault == "form" ? raw.map(String.init) : request.form["message"]
    guard let text = text ?? (fault == "no-field" ? "" : nil) else {
      if fault == "refused-is-silent" { tell("") }
      return peer.answer("400 Bad Request")
    }
    tell(text)
    peer.answer("200 OK", ["Content-Type: text/plain"], fault == "done" ? "ok" : "done\n")
  }

  private func tell(_ text: String) {
    state.withLock { state in
      state.woken = state.listeners.keys.max() ?? 0
      for key in state.listeners.keys { state.listeners[key] = text }
      if fault == "new-only", text == "old" { state.kept = text }
    }
  }

  private func listen(_ peer: RawPeer) {
    let (key, kept) = state.withLock { state in
      state.lastKey += 1
      state.listeners[state.lastKey] = .some(nil)
      defer { state.kept = nil }
      return (state.lastKey, state.kept)
    }
    defer { state.withLock { _ = $0.listeners.removeValue(forKey: key) } }
    if let kept { return peer.answer("200 OK", fields, kept) }
    let limit = fault == "held" ? Duration.milliseconds(400) : .seconds(25)
    switch peer.wait(limit, isBlind: fault == "leaving", for: { state.withLock { $0.listeners[key] ?? nil } }) {
    case .news(let text):
      let isLate = fault == "wake" && text == "hello" || fault == "everyone" && key != state.withLock { $0.woken }
      if isLate { RawPeer.pause(1200) }
      peer.answer("200 OK", fields, text)
    case .silence: peer.answer("204 No Content")
    case .gone: return
    }
  }

  private var fields: [String] {
    ["Content-Type: " + (fault == "plain" ? "text/html" : "text/plain; charset=utf-8")]
      + (fault == "no-store" ? [] : ["Cache-Control: no-store"])
  }
}
