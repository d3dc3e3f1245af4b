// Solution: a WebSocket that reconnects.

import Comet
import Foundation

/// What a client says, and what everybody gets.
private struct Post: Decodable { let mark: String, data: String }
private struct Message: Encodable { let id: Int, mark: String, data: String }

/// Numbers what is said, and keeps the last of it.
@LoopActor private let room = Broadcaster<Post>(history: 1000)
@LoopActor private var clients = 0

let reconnecting = Server { routes in
  routes.webSocket("/reconnect") { socket in
    guard let start = Int(socket.request.query["after"] ?? String(room.lastID)) else {
      return socket.close(.policyViolation, "after must be a number.")
    }
    clients += 1
    let reading = spawn { try? await follow(socket, after: start) }
    defer {
      reading.cancel()
      clients -= 1
    }

    for try await text in socket.texts {
      if text.isEmpty {
        try await socket.send("")
      } else if let post = try? JSONDecoder().decode(Post.self, from: Data(text.utf8)) {
        // What has come already has gone to everybody: its sender gets it with what is after its number.
        let kept = room.batch(after: room.oldestCursor).messages
        if !kept.contains(where: { $0.value.mark == post.mark }) { room.publish(post) }
      } else {
        try await socket.send(#"{"error": "Send JSON such as {\"mark\": \"a1\", \"data\": \"hello\"}"}"#)
      }
    }
  }

  routes.get("/clients") { _ in .text("\(clients)") }
}

/// Sends the history after a number, and then what is new: one sequence, so that nothing is missed between them.
@LoopActor
private func follow(_ socket: WebSocket, after start: Int) async throws {
  for try await item in room.subscribe(after: start) {
    guard case .message(let message) = item else { continue }
    let sent = Message(id: message.id, mark: message.value.mark, data: message.value.data)
    try await socket.send(String(decoding: JSONEncoder().encode(sent), as: UTF8.self))
  }
}
