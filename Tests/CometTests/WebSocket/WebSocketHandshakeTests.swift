import Comet
import TestSupport
import Testing

/// The opening handshake (RFC 6455 §4.2).
@Suite struct WebSocketHandshakeTests {
  @Test(arguments: [TestSupport.WebSocketKey.sample, .counting, .zero])
  func answersWithTheAcceptValueOfTheKey(key: TestSupport.WebSocketKey) async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port, key: key)
      try await socket.sendText("hello")
      #expect(try await socket.receiveText() == "hello")
      for name in ["Content-Length", "Transfer-Encoding"] { #expect(socket.handshake.all(name) == []) }
    }
  }

  @Test func takesTheKeyThatTheRFCPrintsWithStrayBits() async throws {
    try await withWebSocket { port in
      let key = TestSupport.WebSocketKey.sample
      let field = ("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEC==")
      let client = try await RawClient(port: port)
      let answer = try await client.webSocketHandshake(path: "/ws", fields: [field.0: field.1], key: key)
      #expect(answer.status == 101)
      #expect(answer["Sec-WebSocket-Accept"] == "OfS0wDaT5NoxF2gqm7Zj2YtetzM=")
    }
  }

  @Test(arguments: [
    ("Upgrade", "WebSocket"), ("Upgrade", "WEBSOCKET"), ("Upgrade", "h2c, websocket"), ("Upgrade", "websocket,h2c"),
    ("Connection", "keep-alive, Upgrade"), ("Connection", "upgrade"), ("Connection", "UPGRADE , close"),
    ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"), ("Sec-WebSocket-Extensions", "x, y"),
  ])
  func isAskedFor(field: String, value: String) async throws {
    try await withWebSocket { port in
      // The client refuses an answer that chooses an extension.
      let socket = try await WebSocketClient(port: port, fields: [field: value])
      try await socket.sendText("hello")
      #expect(try await socket.receiveText() == "hello")
    }
  }

  @Test(arguments: [nil, "", "12", "8", "14", "013", "13.0", "13, 8"])
  func namesItsVersionToAnother(version: String?) async throws {
    try await withWebSocket { port in
      let client = try await RawClient(port: port)
      let answer = try await client.webSocketHandshake(path: "/ws", fields: ["Sec-WebSocket-Version": version])
      #expect(answer.status == 426)
      #expect(answer["Sec-WebSocket-Version"] == "13")
      #expect(answer["Upgrade"] == "websocket" && answer["Connection"] == "Upgrade")
      // Nor is the key of another version any of ours.
      let other = try await client.webSocketHandshake(
        path: "/ws", fields: ["Sec-WebSocket-Version": version, "Sec-WebSocket-Key": "x"])
      #expect(other.status == 426)
      // It may ask again on the same connection (RFC 6455 §4.4).
      #expect(try await client.webSocketHandshake(path: "/ws").status == 101)
    }
  }

  @Test func refusesTwoVersions() async throws {
    try await withWebSocket { port in
      let client = try await RawClient(port: port)
      let answer = try await client.webSocketHandshake(
        path: "/ws", fields: ["Sec-WebSocket-Version": "13", "Sec-WebSocket-Version": "8"])
      #expect(answer.status == 426)
    }
  }

  @Test(arguments: [
    nil, "", "x", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "AQIDBAUGBwgJCgsMDQ4P",
    "AQIDBAUGBwgJCgsMDQ4PEBE=", "dGhlIHNhbXBsZSBub25j-Q==", "dGhlIHNhbXBsZSBub25jZQ==, x",
  ])
  func refusesAKeyThatIsNone(key: String?) async throws {
    try await withWebSocket { port in
      let client = try await RawClient(port: port)
      let answer = try await client.webSocketHandshake(path: "/ws", fields: ["Sec-WebSocket-Key": key])
      #expect(answer.status == 400)
      #expect(answer["Sec-WebSocket-Accept"] == nil)
    }
  }

  @Test func refusesTwoKeys() async throws {
    try await withWebSocket { port in
      let client = try await RawClient(port: port)
      let key = TestSupport.WebSocketKey.sample.key
      let answer = try await client.webSocketHandshake(
        path: "/ws", fields: ["Sec-WebSocket-Key": key, "Sec-WebSocket-Key": key])
      #expect(answer.status == 400)
    }
  }

  @Test(arguments: [
    ("Upgrade", nil), ("Upgrade", "h2c"), ("Upgrade", "websockets"), ("Upgrade", ""),
    ("Connection", nil), ("Connection", "keep-alive"), ("Connection", "upgraded"),
  ])
  func anOrdinaryGetIsToldWhatToDo(field: String, value: String?) async throws {
    try await withWebSocket { port in
      let client = try await RawClient(port: port)
      let answer = try await client.webSocketHandshake(path: "/ws", fields: [field: value])
      #expect(answer.status == 426)
      #expect(answer["Upgrade"] == "websocket" && answer["Connection"] == "Upgrade")
      // Nothing was wrong with the request as such: the same connection may ask properly.
      #expect(try await client.webSocketHandshake(path: "/ws").status == 101)
    }
  }

  @Test(arguments: [
    ("GET /ws HTTP/1.0", "", 426), ("POST /ws HTTP/1.1", "", 405), ("GET /elsewhere HTTP/1.1", "", 404),
    ("GET /ws HTTP/1.1", "Content-Length: 5\r\n", 400), ("GET /ws HTTP/1.1", "Transfer-Encoding: chunked\r\n", 400),
  ])
  func refusesWhatIsNoHandshake(line: String, field: String, status: Int) async throws {
    try await withWebSocket { port in
      let client = try await RawClient(port: port)
      let key = TestSupport.WebSocketKey.sample.key
      try await client.send(
        "\(line)\r\nHost: localhost:\(port)\r\n\(field)Upgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13\r\n\r\n")
      #expect(try await client.response().status == status)
    }
  }

  @Test func aPathMayAnswerBothAPageAndAWebSocket() async throws {
    let server = Server { routes in
      routes.get("/:name") { _ in .text("page") }
      routes.webSocket("/:name") { try await $0.send($0.request.parameters["name"] ?? "") }
    }
    try await withServer(server, sweepsByItself: false) { _ in
      let port = await server.port
      #expect(try await RawResponse.get("/room", port: port).text == "page")
      let socket = try await WebSocketClient(port: port, path: "/room?x=1")
      #expect(try await socket.receiveText() == "room")
      try await socket.expectClose(code: 1000)
    }
  }

  @Test(arguments: [
    ([], nil), (["v1.chat"], "v1.chat"), (["other"], nil), (["V1.CHAT"], nil), (["v1.chat.x", "v1"], nil),
    // The server's order decides, not the client's.
    (["v1.chat", "v2.chat"], "v2.chat"), (["other", "v1.chat"], "v1.chat"),
  ])
  func choosesOnlyAnOfferedSubprotocol(offered: [String], chosen: String?) async throws {
    try await withWebSocket(protocols: ["v2.chat", "v1.chat"]) {
      try await $0.send($0.subprotocol ?? "none")
    } _: { port in
      let socket = try await WebSocketClient(port: port, subprotocols: offered)
      #expect(socket.handshake["Sec-WebSocket-Protocol"] == chosen)
      #expect(try await socket.receiveText() == chosen ?? "none")
    }
  }
}
