import CometWire
import FoundationEssentials
import Synchronization

/// A right server for the exercise `reconnect`, which can break one rule.
final class ReconnectServer: Sendable {
  private struct Post: Decodable { let mark: String, data: String }
  private struct Message: Encodable { let id: Int, mark: String, data: String }

  private struct State {
    var messages: [Message] = []
    var lastID = 0
    var clients = 0
  }

  private let fault: String?
  private let isSlow: Bool
  private let state = Mutex(State())

  /// A slow one answers the first heartbeat of a client later than the grader waits for it.
  init(breaking fault: String?, isSlow: Bool = false) {
    self.fault = fault
    self.isSlow = isSlow
  }

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    switch request.path {
    case "/clients": peer.answer("200 OK", [], String(state.withLock { $0.clients }))
    case "/reconnect": open(request, peer)
    default: peer.answer("404 Not Found")
    }
  }

  private func open(_ request: RawPeer.Request, _ peer: RawPeer) {
    let lastID = state.withLock { $0.lastID }
    let isOld = fault == "new-only" && state.withLock { $0.messages.last?.data } == "old"
    let given = request.query["after"].map { Int($0) ?? (fault == "no-number" ? 0 : nil) }
    let accept = WebSocketKey(request.fields["sec-websocket-key"] ?? "")?.accept
    guard let start = given ?? (isOld ? lastID - 1 : lastID), let accept else { return peer.answer("400 Bad Request") }
    peer.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: \(accept)\r\n\r\n")
    state.withLock { $0.clients += 1 }
    talk(peer, after: start, isBack: given != nil)
    if fault != "leaving" { state.withLock { $0.clients -= 1 } }
  }

  /// Reads and writes, until the client has gone.
  private func talk(_ peer: RawPeer, after start: Int, isBack: Bool) {
    var decoder = WebSocketDecoder()
    var cursor = start
    // Of a server that knows again only what came over the same connection.
    var own: Set<String> = []
    if fault == "goes-on", isBack {
      // The history first; what is said while it is on its way is missed.
      _ = write(after: cursor, peer)
      RawPeer.pause(100)
      cursor = state.withLock { $0.lastID }
    }
    while peer.receive(within: 5) {
      decoder.append(peer.take(peer.unread.count))
      while let event = try? decoder.next() {
        switch event {
        case .text(let text): take(text, peer, &own)
        case .close: return
        default: break
        }
      }
      cursor = write(after: cursor, isBack: isBack, peer)
    }
  }

  private func take(_ text: String, _ peer: RawPeer, _ own: inout Set<String>) {
    if text.isEmpty {
      // The first one of a connection belongs to every rule.
      let isFirst = own.insert("").inserted
      if isFirst, isSlow { RawPeer.pause(400) }
      if isFirst || fault != "heartbeat" { peer.write(FrameEncoder.text("")) }
    } else if let post = try? JSONDecoder().decode(Post.self, from: Data(text.utf8)) {
      publish(post, &own)
    } else if fault != "nonsense" {
      peer.write(FrameEncoder.text("{\"error\": \"This is no message.\", \"code\": 1}"))
    }
  }

  private func publish(_ post: Post, _ own: inout Set<String>) {
    let isNewHere = own.insert(post.mark).inserted
    state.withLock { state in
      let isNew =
        switch fault {
        case "same-mark": !isNewHere || !state.messages.contains { $0.mark == post.mark }
        case "mark-kept": isNewHere
        case "other-mark": !state.messages.contains { $0.mark == post.mark || $0.data == "yes" && post.data == "yes" }
        default: !state.messages.contains { $0.mark == post.mark }
        }
      guard isNew else { return }
      state.lastID += fault == "numbers" ? 2 : 1
      let data = fault == "text" ? post.data.replacing("\\", with: "/") : post.data
      state.messages.append(Message(id: state.lastID, mark: post.mark, data: data))
    }
  }

  /// Writes what is new to this client, and returns where it has come to.
  private func write(after cursor: Int, isBack: Bool = false, _ peer: RawPeer) -> Int {
    var news = state.withLock { $0.messages.filter { $0.id > cursor } }
    let last = news.last?.id ?? cursor
    if fault == "resume", isBack { news.reverse() }
    for message in news {
      let mark = fault == "everybody" ? "" : message.mark
      let sent = Message(id: message.id, mark: mark, data: message.data)
      let json = (try? JSONEncoder().encode(sent)) ?? Data()
      peer.write(FrameEncoder.text(String(decoding: json, as: UTF8.self)))
    }
    return last
  }
}
