// A chat: one room that short polls, long polls, event streams and WebSockets read from the same place.

import Comet

enum Chat {
  static let technique = Technique(
    slug: "chat", title: "Chat",
    summary: "One room over four transports; who changes between them loses and doubles nothing.",
    endpoints: ["GET /chat/messages?after=ID", "POST /chat/messages", "WebSocket /chat/messages"]
      + ChatOfTheArticle.endpoints, handler: "Chat.swift"
  ) { routes, settings in
    let room = ChatRoom()
    ChatOfTheArticle.mount(on: &routes, room, settings)

    routes.get("/chat/messages") { request in
      let start = try room.cursor(of: request)
      // What an EventSource asks for. Everything else is a poll: a short one, or with `wait=20` a long one.
      guard request.fields["accept"] == "text/event-stream" else {
        let items = try await room.items(after: start, within: try request.checkedWait())
        return .json(text: "[" + items.map(\.json).joined(separator: ",") + "]")
      }
      return .events { events in
        try await room.read(after: start) { try await events.send($0.json, id: $0.id) }
      }
    }

    routes.post("/chat/messages") { request in
      .json(text: try room.say(try post(request.body)).json, status: .created)
    }

    routes.webSocket("/chat/messages", limits: Input.webSocket) { socket in
      guard let start = try? room.cursor(of: socket.request) else {
        return socket.close(.policyViolation, "The cursor after must be a number.")
      }
      let reading = spawn { try? await room.read(after: start) { try await socket.send($0.json) } }
      defer { reading.cancel() }
      for try await text in socket.texts {
        do throws(RequestError) {
          try room.say(try post(Array(text.utf8)))
        } catch {
          try await socket.send(Input.encode(["error": error.reason]))
        }
      }
    }
  }

  private static func post(_ json: [UInt8]) throws(RequestError) -> ChatRoom.Post {
    try Input.decode(ChatRoom.Post.self, json, #"{"name":"Ann","text":"Hello"}."#)
  }
}
