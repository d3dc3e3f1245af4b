// From HTTP to WebSocket: the same connection and task, another protocol.

import CometLoop
import CometWire

extension Connection {
  func upgrade(_ request: Request, _ route: WebSocketRoute, _ handshake: WebSocketHandshake) -> LastingAnswer? {
    guard WebSocketHandshake.speaksOurVersion(request.head) else {
      let answer = Response.error(
        .upgradeRequired, "This server speaks version 13 (RFC 6455 section 4.4).",
        ["Sec-WebSocket-Version": "13", "Upgrade": "websocket"])
      return send(answer, to: request.head, keepAlive: false)
    }
    var bytes: [UInt8] = []
    ResponseHead(.switchingProtocols, handshake.fields).serialize(into: &bytes)
    stream.send(bytes + [13, 10])
    note(.switchingProtocols, request.head)
    isLast = true
    let socket = WebSocket(
      stream, request, subprotocol: handshake.subprotocol, limits: route.limits ?? server.limits.webSocket,
      early: parser.takeRest())
    return .webSocket(socket, route.handler)
  }

  /// Has the handler talk, and closes the socket when it has finished.
  func talk(_ socket: WebSocket, _ handler: WebSocketHandler) async throws {
    webSocket = socket
    defer { webSocket = nil }
    var code = CloseCode.normal
    do {
      try await handler(socket)
    } catch let error {
      // Writing to somebody who has just left is no failure of the handler.
      if !server.isStopping, !stream.peerHasLeft, !(error is WebSocket.Closed), !(error is CancellationError) {
        code = .internalError
        note(.switchingProtocols, socket.request.head, "the WebSocket was closed: \(error)")
      }
    }
    try await socket.finish(server.isStopping ? .goingAway : code, within: server.limits.lingerTime)
  }
}
