// From HTTP to WebSocket: the same connection, another protocol.

import CometLoop
import CometWire

extension Connection {
  func upgrade(_ request: Request, _ route: WebSocketRoute, _ handshake: WebSocketHandshake) {
    let exchange = Exchange(request.head, server)
    var opened: (@LoopActor (WebSocketChannel) -> Void)?
    do {
      switch route.handler {
      case .immediate(let opening, _): opened = try opening?(request)
      case .suspending(let check, _): try check?(request)
      }
    } catch {
      return respond(.failure(error), exchange)
    }
    send { bytes in
      ResponseHead(.switchingProtocols, handshake.fields).serialize(into: &bytes)
      bytes.append(contentsOf: "\r\n".utf8)
    }
    if server.log != nil { log(.switchingProtocols, exchange, nil) }
    let channel = WebSocketChannel(
      self, subprotocol: handshake.subprotocol, limits: route.limits ?? server.limits.webSocket)
    occupy(with: channel)
    switch route.handler {
    case .immediate(_, let messages): channel.receiver = messages
    case .suspending(_, let handler): WebSocket(channel, request).run(handler)
    }
    opened?(channel)
    channel.begin(parser.takeRest())
  }

  func logWebSocket(_ error: any Error) {
    server.log?(
      LogEntry(
        request: nil, status: .switchingProtocols, duration: .zero, failure: "the WebSocket was closed: \(error)"))
  }
}
