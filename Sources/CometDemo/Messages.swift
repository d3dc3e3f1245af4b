// One resource for every transport: the same numbered messages as a list, held or not, as events, and over a WebSocket.

import Comet

enum Messages {
  static let technique = Technique(
    slug: "messages", title: "One address, four transports",
    summary: "Polling, long polling, events and a WebSocket read the same messages from the same address.",
    endpoints: [
      "GET /api/messages?after=ID&wait=SECONDS", "POST /api/messages", "WebSocket /api/messages?after=ID",
    ], handler: "Messages.swift"
  ) { routes, _ in
    let log = MessageLog()

    routes.get("/api/messages") { request in
      let cursor = try log.cursor(of: request)
      if request.accepts("text/event-stream") {
        return .events(of: log.feed, after: cursor, fields: ["Vary": "Accept"])
      }
      // A poll: a short one, or with `wait=20` a long one.
      let wait = try request.checkedWait()
      return .list(of: log.feed, after: cursor, within: wait, known: request.fields.all("if-none-match"))
    }

    routes.post("/api/messages") { request in
      .json(text: try log.post(request.body), status: .created)
    }

    routes.webSocket(
      "/api/messages", limits: WebSocketLimits(messageBytes: MessageLog.messageBytes),
      opening: { request in
        let cursor = try log.cursor(of: request)
        return { socket in socket.follow(log.feed, after: cursor) }
      },
      message: { socket, message in
        guard case .text(let text) = message else { return socket.close(.unsupportedData, "A message is a text.") }
        do throws(RequestError) {
          try log.post(Array(text.utf8))
        } catch {
          socket.send(Input.encode(["error": error.reason]))
        }
      })
  }
}
