// Answers with what it gets: a WebSocket to try a client against, since the public ones have gone, and the same over
// HTTP.

import Comet

enum Echo {
  /// 16 MiB, also in the frames of 64 bytes into which the Autobahn test suite cuts its messages.
  private static let limits = WebSocketLimits(messageBytes: 16 << 20, fragments: (16 << 20) / 64)

  static func mount(on routes: inout Routes) {
    routes.webSocket("/echo", limits: limits) { socket, message in
      socket.send(message)
    }
    for path in ["/", "/echo"] {
      routes.post(path) { request in
        Response(fields: ["Content-Type": "application/octet-stream"], body: request.body)
      }
    }
  }
}
