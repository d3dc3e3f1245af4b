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

      var isSilent = false
      for try await text in socket.texts where !isSilent {
        // A heartbeat. Its answer says that everything before it has arrived.
        if text.isEmpty {
          try await socket.send("")
          continue
        }
        do throws(RequestError) {
          let message = try IMRoom.json(Array(text.utf8))
          switch Command(message) {
          case nil:
            _ = try room.post(message)
          case _ where !room.isFirst(message):
            break
          case .drop:
            return socket.close(.serviceRestart, "Dropped, as it was told to.")
          case .silence:
            reading.cancel()
            // The connection stays, and nothing comes of what is said on it.
            isSilent = true
          }
        } catch {
          try await socket.send(Input.encode(["name": "error", "data": error.reason]))
        }
      }
    }
  }

  /// What a page may tell the server to do.
  private enum Command: String, CaseIterable {
    case drop, silence

    init?(_ message: JSONText) {
      let name = message.string("name", atMost: 64) ?? ""
      guard let command = Self.allCases.first(where: { name.isExactly($0.rawValue) }) else { return nil }
      self = command
    }
  }
}
