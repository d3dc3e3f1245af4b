import Comet
import TestSupport
import Testing

/// No message costs more than its limit (1009), and what is too long is refused before it is sent.
@Suite struct WebSocketLimitTests {
  /// Only the beginning of a frame, which announces a length.
  private static func announcing(_ length: UInt64, _ opcode: UInt8 = Opcode.binary) -> WebSocketFrame {
    WebSocketFrame(opcode).with { $0.announcedLength = length }
  }

  @Test(arguments: [1_048_577, 1 << 32, UInt64(Int64.max)]) func refusesByTheLength(announced: UInt64) async throws {
    try await withWebSocket { port in
      for opcode in [Opcode.text, Opcode.binary] {
        let socket = try await WebSocketClient(port: port)
        try await socket.send(frame: Self.announcing(announced, opcode))
        try await socket.expectClose(code: 1009)
      }
    }
  }

  @Test func takesOneMebibyte() async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port)
      try await socket.sendBinary(.init(repeating: 42, count: 1 << 20))
      let isSame = try await socket.receiveMessage() == .binary(.init(repeating: 42, count: 1 << 20))
      #expect(isSame)
    }
  }

  @Test func countsAllFragmentsOfAMessageTogether() async throws {
    var limits = Limits()
    limits.webSocket.messageBytes = 10
    try await withWebSocket(limits: limits) { port in
      let socket = try await WebSocketClient(port: port)
      let five = Array("12345".utf8)
      // Two messages of ten bytes, with a pong in between that does not count.
      for _ in 1...2 {
        try await socket.send([.unfinished(Opcode.text, five), .init(Opcode.pong, five)])
        try await socket.send(frame: .init(Opcode.continuation, five))
        #expect(try await socket.receiveText() == "1234512345")
      }
      try await socket.send([.unfinished(Opcode.text, five), .unfinished(Opcode.continuation, five)])
      try await socket.send(frame: Self.announcing(1, Opcode.continuation))
      try await socket.expectClose(code: 1009)
    }
  }

  @Test(arguments: [(1024, true), (1025, false)]) func countsFragments(count: Int, isTaken: Bool) async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port)
      var frames = [WebSocketFrame.unfinished(Opcode.text, [])]
      frames += (2...count).map { _ in .unfinished(Opcode.continuation, []) }
      frames[count - 1].fin = true
      try await socket.send(frames)
      if isTaken {
        #expect(try await socket.receiveText() == "")
      } else {
        try await socket.expectClose(code: 1009)
      }
    }
  }

  @Test func aRouteMayHaveLimitsOfItsOwn() async throws {
    let server = Server { routes in
      routes.webSocket("/ws", echo)
      routes.webSocket("/small", limits: WebSocketLimits(messageBytes: 3), echo)
    }
    try await withServer(server, sweepsByItself: false) { _ in
      let (large, small) = (
        try await WebSocketClient(port: server.port), try await WebSocketClient(port: server.port, path: "/small")
      )
      for socket in [large, small] {
        try await socket.sendText("abc")
        #expect(try await socket.receiveText() == "abc")
        try await socket.sendText("abcd")
      }
      #expect(try await large.receiveText() == "abcd")
      try await small.expectClose(code: 1009)
    }
  }

  @Test func echoes16MebibytesWhereTheLimitIsRaised() async throws {
    let size = 16 << 20
    let server = Server { $0.webSocket("/ws", limits: WebSocketLimits(messageBytes: size), echo) }
    try await withServer(server, sweepsByItself: false) { _ in
      let socket = try await WebSocketClient(port: server.port)
      // A mask of zeros spares the test the masking; the payload is different in each of its pages.
      var payload = [UInt8](repeating: 0, count: size)
      for page in 0..<size / 4096 { payload[page * 4096] = UInt8(truncatingIfNeeded: page &* 31) }
      let header = Self.announcing(UInt64(size)).with { $0.mask = [0, 0, 0, 0] }
      try await socket.send(frame: header)
      try await socket.raw.send(payload)
      let answer = try await socket.receiveMessage()
      #expect(answer == .binary(payload))
    }
  }
}
