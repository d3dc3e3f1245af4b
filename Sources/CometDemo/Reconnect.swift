// The other end of a WebSocket that reconnects: it answers heartbeats, goes on where its client was, and knows what is
// sent again. Told to, it drops the connection or falls silent.

import Comet

enum Reconnect {
  static let technique = Technique(
    slug: "reconnect", title: "Reconnecting WebSocket",
    summary: "A WebSocket that notices silence, comes back by itself, and keeps what is said meanwhile.",
    endpoints: ["WebSocket /reconnect"], handler: "Reconnect.swift"
  ) { routes, _ in
    let room = IMRoom()

    // A bad cursor is refused by the check: before the handshake there can be an answer in words.
    routes.webSocket("/reconnect", limits: Input.webSocket, check: { _ = try room.cursor(of: $0) }) { socket in
      let cursor = try room.cursor(of: socket.request)
      let reading = spawn {
        try? await room.read(after: cursor) { try await socket.send($0) }
      }
      defer { reading.cancel() }

      for try await text in socket.texts {
        // A heartbeat. Its answer says that everything before it has arrived.
        if text.isEmpty {
          try await socket.send("")
          continue
        }
        var order: String?
        do throws(RequestError) {
          let message = try IMRoom.json(Array(text.utf8))
          let name = message.string("name", atMost: 64) ?? ""
          order = ["drop", "silence"].first(where: name.isExactly)
          if order == nil { _ = try room.post(message) } else if !room.isFirst(message) { order = nil }
        } catch {
          try await socket.send(Input.encode(["name": "error", "data": error.reason]))
        }
        guard let order else { continue }
        if order == "drop" { return socket.close(.serviceRestart, "Dropped, as it was told to.") }
        reading.cancel()
        // The connection stays, and nothing comes of what is said on it.
        for try await _ in socket.texts {}
        return
      }
    }
  }
}
