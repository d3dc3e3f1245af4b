import FoundationEssentials
import Synchronization

/// A right server for the exercise `im`, which can break one rule.
final class AcknowledgingServer: Sendable {
  private struct Post: Decodable {
    let name: String?
    let data: String?
    let id: String?
  }

  private struct Message: Encodable {
    let id: Int
    let name: String
    let data: String?
    var mark: String?
  }

  private struct State {
    var messages: [Message] = []
    var lastID = 0
    var sent: Set<Int> = []
    var waiting = 0
  }

  private let fault: String?
  private let state = Mutex(State())
  private let history = "history 1"

  init(breaking fault: String?) { self.fault = fault }

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    switch (request.method, request.path) {
    case ("POST", "/im"): post(request, peer)
    case ("GET", "/im"): poll(request, peer)
    default: peer.answer("404 Not Found")
    }
  }

  private func post(_ request: RawPeer.Request, _ peer: RawPeer) {
    guard let post = try? JSONDecoder().decode(Post.self, from: Data(request.body)),
      let name = post.name ?? (fault == "name" ? "message" : nil)
    else { return peer.answer("400 Bad Request") }
    let id = state.withLock { state in
      let known = state.messages.last { message in
        switch fault {
        case "same-mark": false
        case "other-mark" where post.data == "yes": message.data == post.data
        default: post.id != nil && message.mark == post.id
        }
      }
      if let known { return known.id }
      state.lastID += fault == "numbers" ? 2 : 1
      state.messages.append(Message(id: state.lastID, name: name, data: post.data, mark: post.id))
      return state.lastID
    }
    let isWordless = fault == "post" && post.data == "hello"
    peer.answer("201 Created", ["Content-Type: application/json"], isWordless ? "ok" : "{\"id\": \(id)}")
  }

  private func poll(_ request: RawPeer.Request, _ peer: RawPeer) {
    let isOurs = request.query["history"] == history || fault == "history"
    let words = (request.query["c"] ?? "").split(separator: ",")
    let acknowledged = Set(words.compactMap { Int($0) })
    guard let after = Int(request.query["after"] ?? "0"), acknowledged.count == words.count || fault == "no-number"
    else { return peer.answer("400 Bad Request") }
    let known = isOurs && fault != "gaps" ? acknowledged : []
    let last = state.withLock { $0.messages.first { $0.id == after }?.data }
    let cursor = !isOurs ? 0 : fault == "acknowledged" && last == "one" ? after - 1 : after
    if fault == "own-place", last == "for both" { state.withLock { $0.messages.removeAll { $0.id == after } } }
    func missing() -> [Message]? {
      state.withLock { state in
        let later = state.messages.filter { $0.id > cursor }
        let missing = later.filter { !known.contains($0.id) && !(fault == "again" && state.sent.contains($0.id)) }
        return missing.isEmpty && (later.isEmpty || fault != "held-gaps") ? nil : missing
      }
    }
    var messages: [Message] = []
    let isBehind = state.withLock { state in
      state.waiting += 1
      return fault == "everyone" && state.waiting > 1
    }
    defer { state.withLock { $0.waiting -= 1 } }
    let limit = Duration.milliseconds(fault == "held" ? 400 : fault == "time-limit" ? 30_000 : 1100)
    switch peer.wait(limit, for: missing) {
    case .gone: return
    case .silence: break
    case .news(let news): messages = news
    }
    let isLate = fault == "wake" && messages.first?.data == "wake up" || isBehind && messages.last?.data == "to all"
    if isLate { RawPeer.pause(1200) }
    answer(messages, isOurs: isOurs, peer)
  }

  private func answer(_ messages: [Message], isOurs: Bool, _ peer: RawPeer) {
    // A server that takes for delivered what it has sent, if only in a few cases.
    let delivered = fault == "again" && isOurs ? messages.filter { $0.data == "again" }.map(\.id) : []
    state.withLock { $0.sent.formUnion(delivered) }
    let texts = messages.map { message in
      let name = fault == "after" ? "message" : message.name
      let sent = Message(id: message.id, name: name, data: message.data, mark: message.mark)
      return (try? JSONEncoder().encode(sent)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    let fields = ["content-type: application/json", "cache-control: no-store"]
    let body = "{\"messages\": [\(texts.joined(separator: ", "))], \"history\": \"\(history)\"}"
    peer.answer("200 OK", fault == "json" ? [] : fields, body)
  }
}
