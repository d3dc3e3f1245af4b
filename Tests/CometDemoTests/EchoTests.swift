import TestSupport
import Testing

@Suite struct EchoTests {
  @Test(arguments: Mounting.allCases)
  func sendsBackTextAndBytes(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "polling") { demo in
      let socket = try await WebSocketClient(port: demo.port, path: "/echo")
      try await socket.sendText("Grüße, 你好 👋🏽")
      #expect(try await socket.receiveMessage() == .text("Grüße, 你好 👋🏽"))
      let bytes = Array(UInt8.min...UInt8.max)
      try await socket.sendBinary(bytes)
      #expect(try await socket.receiveMessage() == .binary(bytes))
      try await socket.sendText("")
      #expect(try await socket.receiveMessage() == .text(""))
      try await socket.close(1000)
      try await socket.expectClose(code: 1000)
    }
  }

  @Test func sendsBackSixteenMebibytesAndNoMore() async throws {
    try await withDemo { demo in
      let size = 16 * 1024 * 1024
      let socket = try await WebSocketClient(port: demo.port, path: "/echo", deadline: .seconds(120))
      let bytes = [UInt8](repeating: 0xA5, count: size)
      // A mask of zeros spares the test the masking of 16 MiB.
      let head = WebSocketFrame(WebSocketFrame.Opcode.binary).with {
        $0.mask = [0, 0, 0, 0]
        $0.announcedLength = UInt64(size)
      }
      async let sent: Void = socket.raw.send(head.bytes + bytes)
      // Not within the expectation, which would look for the shortest list of differences.
      let isSame = try await socket.receiveMessage() == .binary(bytes)
      try await sent
      #expect(isSame)

      try await socket.send(frame: head.with { $0.announcedLength = UInt64(size + 1) })
      try await socket.expectClose(code: 1009)
    }
  }

  @Test func takesThemInFramesOf64Bytes() async throws {
    try await withDemo { demo in
      let socket = try await WebSocketClient(port: demo.port, path: "/echo", deadline: .seconds(120))
      let count = 16 * 1024 * 1024 / 64
      func frame(_ opcode: UInt8, isLast: Bool) -> [UInt8] {
        WebSocketFrame(opcode, [UInt8](repeating: 0x2A, count: 64)).with {
          $0.fin = isLast
          $0.mask = [0, 0, 0, 0]
        }.bytes
      }
      let middle = frame(WebSocketFrame.Opcode.continuation, isLast: false)
      var bytes = frame(WebSocketFrame.Opcode.text, isLast: false)
      for _ in 2..<count { bytes += middle }
      bytes += frame(WebSocketFrame.Opcode.continuation, isLast: true)
      let message = bytes

      async let sent: Void = socket.raw.send(message)
      let answer = try await socket.receiveFrame()
      try await sent
      try #require(answer.opcode == WebSocketFrame.Opcode.text)
      let isSame = answer.payload == [UInt8](repeating: 0x2A, count: 64 * count)
      #expect(isSame)
    }
  }

  /// Alone, the WebSocket technique takes every path but this one.
  @Test func isItselfBesideTheTechniqueOnEveryPath() async throws {
    try await withDemo(.alone, "ws") { demo in
      let socket = try await WebSocketClient(port: demo.port, path: "/echo")
      try await socket.sendText("as it came")
      #expect(try await socket.receiveText() == "as it came")
    }
  }

  @Test func sendsBackABody() async throws {
    try await withDemo { demo in
      let response = try await RawResponse.request("POST", "/echo", port: demo.port, body: "a=1&b=<2>")
      #expect(response.status == 200)
      #expect(response.text == "a=1&b=<2>")
      // What somebody else has written is nothing for a browser to show.
      #expect(response["Content-Type"] == "application/octet-stream")
      #expect(response["X-Content-Type-Options"] == "nosniff")
    }
  }
}
