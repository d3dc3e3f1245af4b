import Synchronization

/// A right server for the exercise `sse`, which can break one rule.
final class EventStreamServer: Sendable {
  private struct State {
    var streams: [Int: [String]] = [:]
    var lastKey = 0
    var opened = 0
    var globalCount = 0
  }

  private let fault: String?
  private let state = Mutex(State())

  init(breaking fault: String?) { self.fault = fault }

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    switch (request.method, request.path) {
    case ("GET", "/events"): stream(request, peer)
    case ("GET", "/clients"): peer.answer("200 OK", [], clientCount + "\n")
    case ("POST", "/say"):
      let isStripped = fault == "utf-8" && request.text.contains("漢")
      let text = isStripped ? String(request.text.filter(\.isASCII)) : request.text
      state.withLock { state in
        let keys = state.streams.keys.sorted()
        for key in fault == "say" ? keys.suffix(1) : keys[...] { state.streams[key]?.append(text) }
      }
      peer.answer("204 No Content")
    default: peer.answer("404 Not Found")
    }
  }

  private var clientCount: String {
    state.withLock { String(fault == "leaving" ? $0.opened : $0.streams.count) }
  }

  private func stream(_ request: RawPeer.Request, _ peer: RawPeer) {
    let given = request.fields["last-event-id"] ?? ""
    let isNumber = given.utf8.allSatisfy { (0x30...0x39).contains($0) } || fault == "foreign-id, below zero"
    var id = (isNumber ? Int(given) : nil) ?? (fault == "foreign-id" && !given.isEmpty ? 500 : 0)
    if fault == "last-event-id", id < 100, !given.isEmpty { id = 0 }
    if id >= 100, fault != "no-content", given != "banana" { return peer.answer("204 No Content") }
    let key = state.withLock { state in
      state.lastKey += 1
      state.opened += 1
      state.streams[state.lastKey] = []
      return state.lastKey
    }
    defer { state.withLock { _ = $0.streams.removeValue(forKey: key) } }
    // The first one of two that are open at once begins at 1 all the same.
    if fault == "own-count", given.isEmpty { id = state.withLock { $0.streams.count - 1 } * 5 }

    peer.begin([
      "content-type: " + (fault == "type" ? "text/plain" : "text/event-stream; charset=utf-8"),
      "Cache-Control: " + (fault == "cache" ? "max-age=60" : "no-cache"), "Connection: close",
    ])
    peer.chunk(fault == "retry" ? "retry: 1 second\n\n" : ": hello\nretry: 1000\n\n")
    var kept = ""
    var isUnfinished = false
    while true {
      let tick = ContinuousClock.now + .milliseconds(100)
      while ContinuousClock.now < tick {
        guard peer.receive(within: 5) else { return }
        let texts = state.withLock { state in
          defer { if state.streams[key] != nil { state.streams[key] = [] } }
          return state.streams[key] ?? []
        }
        for text in texts {
          peer.chunk((isUnfinished ? "\n" : "") + said(text))
          isUnfinished = false
        }
      }
      id += 1
      var event = fault == "id" ? "" : "id: \(id)\n"
      event += fault == "data" ? "data: tock \(id)\n" : "data: tick \(id)\n"
      if fault == "blank-line" {
        guard peer.chunk((isUnfinished ? "\n" : "") + event) else { return }
        isUnfinished = true
      } else if fault == "unbuffered" {
        kept += event + "\n"
        guard id % 3 == 0 else { continue }
        guard peer.chunk(kept) else { return }
        kept = ""
      } else {
        guard peer.chunk(event + "\n") else { return }
      }
    }
  }

  private func said(_ text: String) -> String {
    let lines: [Substring] =
      switch fault {
      // Only the text of that rule: the others have line ends too.
      case "lines" where text.contains("666"): [text[...]]
      case "carriage-return":
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Substring($0) }
      case "empty-line": text.split { $0.isLineEnd }
      case "other-ends": text.split(omittingEmptySubsequences: false) { $0.isNewline }
      default: text.split(omittingEmptySubsequences: false) { $0.isLineEnd }
      }
    let field = fault == "space" ? "data:" : "data: "
    return (fault == "say-no-id" ? "id: 0\n" : "") + "event: say\n" + lines.map { field + $0 + "\n" }.joined() + "\n"
  }
}
