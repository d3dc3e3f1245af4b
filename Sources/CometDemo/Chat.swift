// A chat: one room that short polls, long polls, event streams and WebSockets read from the same place.

import Comet

enum Chat {
  static let technique = Technique(
    slug: "chat", title: "Chat",
    summary: "One room over four transports; a change between them loses and doubles nothing.",
    endpoints: ["GET /chat/messages?after=ID", "POST /chat/messages", "WebSocket /chat/messages"]
      + ChatOfTheArticle.endpoints, handler: "Chat.swift"
  ) { routes, settings in
    let room = ChatRoom()
    ChatOfTheArticle.mount(on: &routes, room, settings)

    routes.get("/chat/messages") { request in
      let cursor = try room.cursor(of: request)
      if request.accepts("text/event-stream") {
        return .events(of: room.feed, after: cursor, fields: ["Vary": "Accept"])
      }
      // A poll: a short one, or with `wait=20` a long one.
      let wait = try request.checkedWait()
      return .list(of: room.feed, after: cursor, within: wait, known: request.fields.all("if-none-match"))
    }

    routes.post("/chat/messages") { request in
      .json(text: try room.say(try ChatRoom.Post(request.body)), status: .created)
    }

    routes.webSocket(
      "/chat/messages", limits: Input.webSocket,
      opening: { request in
        let cursor = try room.cursor(of: request)
        return { socket in socket.follow(room.feed, after: cursor) }
      },
      message: { socket, message in
        guard case .text(let text) = message else { return socket.close(.unsupportedData, "A message is a text.") }
        var key: String?
        do throws(RequestError) {
          let post = try ChatRoom.Post(Array(text.utf8))
          key = post.key?.text
          try room.say(post)
        } catch {
          socket.send(Input.encode(Refusal(error: error.reason, key: key)))
        }
      })
  }

  private struct Refusal: Encodable {
    let error: String
    /// Of the message that was refused, where one could be read.
    let key: String?
  }
}
