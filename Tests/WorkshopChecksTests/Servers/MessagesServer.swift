import FoundationEssentials
import Synchronization

/// A right server for the exercise `messages`, which can break one rule.
final class MessagesServer: Sendable {
  private struct Message: Codable {
    let id: Int
    var name: String?
    var data: String?
  }

  private struct State {
    var messages: [Message] = []
    var lastID = 0
    var waiting = 0
  }

  private let fault: String?
  private let state = Mutex(State())

  init(breaking fault: String?) { self.fault = fault }

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    guard request.path == "/api/messages" else { return peer.answer("404 Not Found") }
    if request.method == "POST" { return post(request.text, peer) }
    let after = request.query["after"].map { Int($0) } ?? (fault == "whole" ? lastID : oldestCursor)
    guard let after = after ?? (fault == "no-number" ? 0 : nil) else { return peer.answer("400 Bad Request") }
    if request.fields["accept"]?.contains("text/event-stream") == true {
      let field = fault == "last-event-id" && request.query["after"] != nil ? nil : request.fields["last-event-id"]
      return stream(after: field.flatMap { Int($0) } ?? after, peer)
    }
    let wait = request.query["wait"].flatMap { Int($0) } ?? 0
    list(after: after, wait: wait, peer)
  }

  private var lastID: Int { state.withLock { $0.lastID } }
  private var oldestCursor: Int { state.withLock { ($0.messages.first?.id ?? $0.lastID + 1) - 1 } }

  private func post(_ text: String, _ peer: RawPeer) {
    let message = state.withLock { state in
      state.lastID += fault == "numbers" ? 2 : 1
      let message = Message(id: state.lastID, data: fault == "text" ? text.replacing("\\", with: "") : text)
      state.messages.append(message)
      let limit = fault == "history" ? 10 : 30
      if state.messages.count > limit { state.messages.removeFirst() }
      return message
    }
    let given = fault == "post" ? Message(id: message.id + 1, data: message.data) : message
    peer.answer("201 Created", ["content-type: application/json"], json(given))
  }

  /// With a reset in front where some are lost.
  private func messages(after cursor: Int, inStream: Bool = false) -> [Message] {
    state.withLock { state in
      let oldest = (state.messages.first?.id ?? state.lastID + 1) - 1
      let isForeign = cursor > state.lastID
      guard isForeign || cursor < oldest else { return state.messages.filter { $0.id > cursor } }
      let isSilent = isForeign ? fault == "foreign" : fault == (inStream ? "stream-reset" : "reset")
      return (isSilent ? [] : [Message(id: oldest, name: "reset")]) + state.messages
    }
  }

  private func list(after cursor: Int, wait: Int, _ peer: RawPeer) {
    var limit = Duration.seconds(fault == "time-limit" && wait == 1 ? 30 : wait)
    if fault == "held", wait > 0 { limit = .milliseconds(400) }
    if fault == "empty", wait == 0 { limit = .milliseconds(1200) }
    var found: [Message] = []
    let isBehind = state.withLock { state in
      state.waiting += 1
      return fault == "everyone" && state.waiting > 1
    }
    defer { state.withLock { $0.waiting -= 1 } }
    let ready = peer.wait(limit) {
      let messages = self.messages(after: cursor)
      return messages.isEmpty ? nil : messages
    }
    switch ready {
    case .gone: return
    case .silence: break
    case .news(let messages):
      let isLate = fault == "wake" && messages.last?.data == "wake up" || isBehind && messages.last?.data == "to all"
      if isLate { RawPeer.pause(1200) }
      found = messages
    }
    if fault == "list", found.first?.name == nil { found.reverse() }
    let fields = ["Content-Type: application/json; charset=utf-8", "cache-control: no-store"]
    peer.answer("200 OK", fault == "json" ? [] : fields, "[" + found.map(json).joined(separator: ", ") + "]")
  }

  private func stream(after cursor: Int, _ peer: RawPeer) {
    peer.begin(["Content-Type: " + (fault == "stream" ? "application/json" : "text/event-stream")])
    var cursor = cursor
    // A server that counts the events of each stream.
    var count = 0
    if fault == "backlog", messages(after: cursor).first?.data == "first" { cursor += 1 }
    let opened = lastID
    while peer.receive(within: 5) {
      for message in messages(after: cursor, inStream: true) {
        cursor = message.id
        if fault == "live", message.id > opened { continue }
        count += 1
        let sent = fault == "same" ? Message(id: count, name: message.name, data: message.data) : message
        peer.chunk((fault == "id" ? "" : "id: \(sent.id)\n") + "data: \(json(sent))\n\n")
      }
    }
  }

  private func json(_ message: Message) -> String {
    (try? JSONEncoder().encode(message)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
