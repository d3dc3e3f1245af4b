import FoundationEssentials
import Synchronization

/// A right server for the exercise `lpc`, which can break one rule.
final class LongPollServer: Sendable {
  private struct State {
    var messages: [(id: Int, text: String)] = []
    var lastID = 0
    var waiting: [Int] = []
    var lastKey = 0
    /// The one that a server wakes which wakes only one.
    var woken = 0
    var isDeaf = false
  }

  private struct Batch: Encodable {
    let cursor: Int
    let messages: [String]
  }

  private let fault: String?
  private let state = Mutex(State())

  init(breaking fault: String?) { self.fault = fault }

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    switch (request.method, request.path) {
    case ("POST", "/messages"):
      publish(request.text)
      peer.answer(fault == "post" ? "302 Found" : "204 No Content")
    case ("GET", "/poll"): poll(request, peer)
    case ("GET", "/waiting"):
      peer.answer("200 OK", [], String(state.withLock { $0.waiting.count }))
    default: peer.answer("404 Not Found")
    }
  }

  private func publish(_ text: String) {
    state.withLock { state in
      if fault == "between-polls", state.isDeaf { return }
      state.lastID += 1
      let escaped = fault == "text" ? text.replacing("\\", with: "") : text
      state.messages.append((state.lastID, escaped))
      if fault == "history", state.messages.count > 20 { state.messages.removeFirst() }
      state.woken = state.waiting.first ?? 0
      // Until the next poll comes. (Only this rule posts such a text; a client of another one may be just leaving.)
      if !state.waiting.isEmpty, text.hasPrefix("first") { state.isDeaf = true }
    }
  }

  private func poll(_ request: RawPeer.Request, _ peer: RawPeer) {
    state.withLock { $0.isDeaf = false }
    let lastID = state.withLock { $0.lastID }
    guard let after = request.query["after"] else {
      return answer(fault == "start" ? messages(after: 0) : [], cursor: lastID, peer)
    }
    guard let cursor = Int(after) ?? (fault == "foreign-cursor" ? lastID : nil),
      (0...lastID + 1).contains(cursor) || fault == "foreign-cursor, when it is a number"
    else {
      return peer.answer("400 Bad Request")
    }
    let ready = messages(after: cursor)
    if !ready.isEmpty {
      if fault == "own-place" { state.withLock { $0.messages = [] } }
      return answer(ready, cursor: lastID, peer)
    }
    if fault == "held" { return answer([], cursor: lastID, peer) }
    hold(cursor, peer)
  }

  private func hold(_ cursor: Int, _ peer: RawPeer) {
    let key = state.withLock { state in
      state.lastKey += 1
      state.waiting.append(state.lastKey)
      return state.lastKey
    }
    defer { state.withLock { $0.waiting.removeAll { $0 == key } } }
    let start = ContinuousClock.now
    let end = start + (fault == "time-limit" ? .seconds(30) : .milliseconds(1500))
    while ContinuousClock.now < end {
      // A server that does not look keeps the wait of a client that has left.
      if fault == "leaving" {
        RawPeer.pause(10)
      } else if !peer.receive(within: 5) {
        return
      }
      let (ready, lastID, isWoken) = state.withLock { ($0.messages, $0.lastID, $0.woken == key) }
      let isLate = fault == "wake" && ready.last?.text.hasPrefix("wake up") == true
      if isLate, ContinuousClock.now < start + .milliseconds(1300) { continue }
      if ready.contains(where: { $0.id > cursor }), fault != "everyone" || isWoken {
        let twice = fault == "once, but for who waits" ? messages(after: cursor) : []
        return answer(twice + messages(after: cursor), cursor: lastID, peer)
      }
    }
    let lastID = state.withLock { $0.lastID }
    // A server that wakes only one: the others get the message when their time is over.
    if fault == "everyone" { return answer(messages(after: cursor), cursor: lastID, peer) }
    answer([], cursor: fault == "keeps-place" ? lastID + 1 : max(cursor, lastID), peer)
  }

  private func messages(after cursor: Int) -> [(id: Int, text: String)] {
    state.withLock { $0.messages.filter { $0.id > cursor } }
  }

  private func answer(_ messages: [(id: Int, text: String)], cursor: Int, _ peer: RawPeer) {
    var messages = messages
    var cursor = cursor
    if fault == "together", let first = messages.first { (messages, cursor) = ([first], first.id) }
    if fault == "once", !messages.isEmpty { cursor -= 1 }
    let body = (try? JSONEncoder().encode(Batch(cursor: cursor, messages: messages.map(\.text)))) ?? Data()
    let type = "Content-Type: " + (fault == "json" ? "text/plain" : "application/json; charset=utf-8")
    peer.answer(
      "200 OK", [type] + (fault == "no-store" ? [] : ["cache-control: no-store"]), String(decoding: body, as: UTF8.self)
    )
  }
}
