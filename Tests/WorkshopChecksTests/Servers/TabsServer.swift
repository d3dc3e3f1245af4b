import Synchronization

/// A right server for the exercise `tabs`, which can break one rule.
final class TabsServer: Sendable {
  private struct State {
    var texts: [(id: Int, text: String)] = []
    var lastID = 0
    var readers = 0
    /// How many there have ever been.
    var turn = 0
  }

  private let fault: String?
  private let state = Mutex(State())

  init(breaking fault: String?) { self.fault = fault }

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    switch (request.method, request.path) {
    case ("GET", "/bus"): read(request, peer)
    case ("GET", "/readers"): peer.answer("200 OK", [], String(state.withLock { $0.readers }))
    case ("POST", "/bus"):
      state.withLock { state in
        state.lastID += 1
        state.texts.append((state.lastID, request.text))
        if fault == "resume", state.texts.count > 10 { state.texts.removeFirst() }
      }
      peer.answer("204 No Content")
    default: peer.answer("404 Not Found")
    }
  }

  private func read(_ request: RawPeer.Request, _ peer: RawPeer) {
    let given = request.fields["last-event-id"]
    let (start, turn, isThird) = state.withLock { state in
      state.readers += 1
      state.turn += 1
      let hasOld = fault == "new-only" && given == nil && state.texts.last?.text == "old"
      return (state.lastID - (hasOld ? 1 : 0), state.turn, state.readers == 3)
    }
    defer { if fault != "leaving" { state.withLock { $0.readers -= 1 } } }
    // Where each stream has ids of its own, they still tell where to go on.
    let offset = fault == "same-id" ? 1_000_000 * turn : 0
    var cursor = given.flatMap { Int($0) }.map { $0 % 1_000_000 } ?? start
    if fault == "foreign-id", given == "banana" { cursor = 0 }
    let fields = ["Content-Type: " + (fault == "type" ? "text/plain" : "text/event-stream")]
    // The rule is the third one that opens a stream.
    if fault == "opened", turn == 3 { RawPeer.pause(1200) }
    peer.begin(fields + (fault == "cache" ? [] : ["Cache-Control: no-cache"]))
    var isResumed = given.flatMap { Int($0) } != nil
    while true {
      switch peer.wait(.milliseconds(500), for: { texts(after: cursor) }) {
      case .gone: return
      case .silence: if fault != "comment" { peer.chunk(": quiet\n\n") }
      case .news(var texts):
        if fault == "order", texts[0].text.hasPrefix("number") {
          RawPeer.pause(60)
          texts = (self.texts(after: cursor) ?? []).reversed()
        }
        for (id, text) in texts where !(fault == "everyone" && isThird && text == "two") {
          peer.chunk(event(id: id + offset, text))
        }
        if fault != "goes-on" || !isResumed { cursor = texts.map(\.id).max() ?? cursor }
        isResumed = false
      }
    }
  }

  private func texts(after cursor: Int) -> [(id: Int, text: String)]? {
    let texts = state.withLock { $0.texts.filter { $0.id > cursor } }
    return texts.isEmpty ? nil : texts
  }

  private func event(id: Int, _ text: String) -> String {
    let lines = fault == "lines" ? [text[...]] : text.split(omittingEmptySubsequences: false) { $0.isLineEnd }
    return (fault == "id" ? "" : "id: \(id)\n") + lines.map { "data: \($0)\n" }.joined() + "\n"
  }
}
