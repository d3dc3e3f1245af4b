import TestSupport
import Testing

@Suite struct WebSocketTalkTests {
  private static let answer = "接受到的数据为"

  @Test(arguments: Mounting.allCases)
  func answersEachText(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "ws", tick: .seconds(3600)) { demo in
      let path = mounting == .alone ? "/" : "/ws"
      let request = """
        GET \(path) HTTP/1.1\r
        Host: localhost:\(demo.port)\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Version: 13\r
        \r\n
        """
      let client = try await RawClient(port: demo.port)
      try await client.send(request)
      let head = try await client.head()
      #expect(head.status == 101)
      #expect(head["Upgrade"] == "websocket")
      #expect(head["Connection"] == "Upgrade")
      #expect(head["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")

      var transcript = Transcript()
      transcript.add(">", head: request)
      transcript.add("<", head: head.text)
      for (text, size) in [("Hello", 28), (String(repeating: "n", count: 105), 130)] {
        let frame = WebSocketFrame(WebSocketFrame.Opcode.text, text).bytes
        try await client.send(frame)
        transcript.add(">", frame: frame)
        transcript.add("<", frame: try await client.receive(count: size))
      }
      let close = WebSocketFrame.close(1000, "bye").bytes
      try await client.send(close)
      transcript.add(">", frame: close)
      transcript.add("<", frame: try await client.receiveToEnd().bytes)
      try expectGolden(transcript.text.masked(.dates, .port(demo.port)), mounting == .alone ? "ws-alone" : "ws")
    }
  }

  /// The article's own server cut a payload of 126 bytes, and wrote a wrong length from 256 on.
  @Test(arguments: [0, 1, 104, 105, 125, 126, 255, 256, 65_514, 65_515, 65_536, 300_000])
  func answersATextOfAnyLength(_ count: Int) async throws {
    try await withDemo { demo in
      let socket = try await WebSocketClient(port: demo.port)
      let text = String(repeating: "n", count: count)
      try await socket.sendText(text)
      let answer1 = try await socket.receiveText()
      #expect(answer1 == Self.answer + text)
    }
  }

  @Test func answersInOrderAndInUnicode() async throws {
    try await withDemo { demo in
      let socket = try await WebSocketClient(port: demo.port)
      let texts = ["你好", "<b>&\"'", "👋🏽", "a\u{0}b\r\n", "", "last"]
      for text in texts { try await socket.sendText(text) }
      for text in texts { #expect(try await socket.receiveText() == Self.answer + text) }
      try await socket.close(1000)
      try await socket.expectClose(code: 1000)
    }
  }

  @Test func passesOverBinaryMessages() async throws {
    try await withDemo { demo in
      let socket = try await WebSocketClient(port: demo.port)
      try await socket.sendBinary([0, 1, 2])
      try await socket.sendText("text")
      let answer2 = try await socket.receiveText()
      #expect(answer2 == Self.answer + "text")
    }
  }

  @Test func answersAPingAsAPing() async throws {
    try await withDemo { demo in
      let socket = try await WebSocketClient(port: demo.port)
      try await socket.send(frame: WebSocketFrame(WebSocketFrame.Opcode.ping, "are you there"))
      let pong = try await socket.receiveFrame()
      #expect(pong.opcode == WebSocketFrame.Opcode.pong)
      #expect(pong.payload == Array("are you there".utf8))
    }
  }

  @Test(arguments: ["/", "/ws", "/any/path", "/with?query=1", "/ws.html"])
  func aloneItIsOnEveryPath(_ path: String) async throws {
    try await withDemo(.alone, "ws") { demo in
      let socket = try await WebSocketClient(port: demo.port, path: path)
      try await socket.sendText("here")
      let answer3 = try await socket.receiveText()
      #expect(answer3 == Self.answer + "here")
    }
  }

  @Test func togetherItIsOnItsOwnPathOnly() async throws {
    try await withDemo { demo in
      let client = try await RawClient(port: demo.port)
      let answer4 = try await client.webSocketHandshake(path: "/wss").status
      #expect(answer4 == 404)
      let answer5 = try await demo.get("/ws").status
      #expect(answer5 == 426)
    }
  }
}
