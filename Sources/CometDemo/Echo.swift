// Answers with what it gets: a WebSocket to try a client against, since the public ones have gone, and the same over
// HTTP.

import Comet

enum Echo {
  static func mount(on routes: inout Routes) {
    routes.webSocket("/echo", limits: WebSocketLimits(messageBytes: 16 * 1024 * 1024)) { socket, message in
      socket.send(message)
    }
    for path in ["/", "/echo"] {
      routes.post(path) { request in
        Response(fields: ["Content-Type": "application/octet-stream"], body: request.body)
      }
    }
  }
}
