// Exercise: a WebSocket that reconnects. What to build stands in tutorials/exercises/reconnect.md.

import Comet
import Foundation

/// What a client says, and what everybody gets.
private struct Post: Decodable { let mark: String, data: String }
private struct Message: Encodable { let id: Int, mark: String, data: String }

/// Numbers what is said and keeps the last of it. `subscribe(after:)` is a sequence: what is there after a number, then
/// what is new. `batch(after:)` is what is there.
@LoopActor private let room = Broadcaster<Post>(history: 10)
@LoopActor private var clients = 0

let reconnecting = Server { routes in
  routes.webSocket("/reconnect") { socket in
    // TODO: count this client, and not any longer when it has gone: the loop below ends then, or something throws.
    clients += 1
    // TODO: where does it go on? socket.request.query["after"] says so. What if that is no number?
    let start = 0
    let reading = spawn { try? await follow(socket, after: start) }
    defer { reading.cancel() }

    for try await text in socket.texts {
      // TODO: a heartbeat is an empty text.
      // TODO: this ends the connection when the text is no message.
      let post = try JSONDecoder().decode(Post.self, from: Data(text.utf8))
      // TODO: was this said already? Its sender may not know.
      room.publish(post)
    }
  }

  routes.get("/clients") { _ in .text("\(clients)") }
}

/// Sends the history after a number, and then what is new.
@LoopActor
private func follow(_ socket: WebSocket, after start: Int) async throws {
  for try await item in room.subscribe(after: start) {
    guard case .message(let message) = item else { continue }
    let sent = Message(id: message.id, mark: message.value.mark, data: message.value.data)
    try await socket.send(String(decoding: JSONEncoder().encode(sent), as: UTF8.self))
  }
}
