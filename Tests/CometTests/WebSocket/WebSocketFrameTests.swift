import Comet
import TestSupport
import Testing

/// Frames right and wrong, in whatever portions they arrive (RFC 6455 §5).
@Suite struct WebSocketFrameTests {
  private static let text = WebSocketFrame(Opcode.text, "a")

  static let wrong: [(String, [WebSocketFrame])] =
    [
      ("unmasked", [text.with { $0.mask = nil }]),
      ("unmasked ping", [WebSocketFrame(Opcode.ping).with { $0.mask = nil }]),
      ("first reserved bit", [text.with { $0.rsv = 4 }]),
      ("second reserved bit", [text.with { $0.rsv = 2 }]),
      ("third reserved bit", [text.with { $0.rsv = 1 }]),
      ("fragmented ping", [.unfinished(Opcode.ping, [])]),
      ("fragmented pong", [.unfinished(Opcode.pong, [])]),
      ("fragmented close", [.unfinished(Opcode.close, [])]),
      ("ping of 126 bytes", [.init(Opcode.ping, .init(repeating: 0, count: 126))]),
      ("close of 126 bytes", [.close(1000, String(repeating: "x", count: 124))]),
      ("5 in two bytes", [.init(Opcode.text, "hello").with { $0.lengthForm = .bits16 }]),
      ("125 in two bytes", [.init(Opcode.binary, .init(repeating: 0, count: 125)).with { $0.lengthForm = .bits16 }]),
      ("126 in eight bytes", [.init(Opcode.binary, .init(repeating: 0, count: 126)).with { $0.lengthForm = .bits64 }]),
      ("65535 in eight bytes", [text.with { ($0.announcedLength, $0.lengthForm) = (65535, .bits64) }]),
      ("highest bit of the length", [text.with { $0.announcedLength = 1 << 63 }]),
      ("continuation of nothing", [.init(Opcode.continuation, "a")]),
      ("text inside a message", [.unfinished(Opcode.text, [97]), text]),
      ("binary inside a message", [.unfinished(Opcode.text, [97]), .unfinished(Opcode.binary, [97])]),
      ("close payload of one byte", [.init(Opcode.close, [3])]),
    ]
    + [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map { (opcode: UInt8) in ("opcode \(opcode)", [.init(opcode)]) }
    + [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535].map { (code: UInt16) in
      ("close \(code)", [.close(code)])
    }

  @Test(arguments: wrong) func endsWith1002(rule: String, frames: [WebSocketFrame]) async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port)
      // What came before in order is still answered; what comes after the fault does not count.
      let before = WebSocketFrame(Opcode.text, "before")
      try await socket.send([before] + frames + [WebSocketFrame(Opcode.text, "after")])
      #expect(try await socket.receiveText() == "before")
      #expect(try await socket.expectClose(code: 1002).reason != "")
    }
  }

  /// A conversation that ends with a close; what an echo answers, and the pong, which may overtake it.
  private static let conversation: [WebSocketFrame] = [
    .init(Opcode.text, "接受到的数据为😀"),
    .init(Opcode.binary),
    .unfinished(Opcode.text, [0xF0, 0x9F]), .init(Opcode.ping, "?"), .unfinished(Opcode.continuation, []),
    .init(Opcode.pong, "!"), .init(Opcode.continuation, [0x98, 0x80]),
    .init(Opcode.binary, .init(repeating: 0xFF, count: 126)),
    .close(1000, "bye"),
  ]
  private static let answers: [UInt8] = [
    WebSocketFrame(Opcode.text, "接受到的数据为😀"), .init(Opcode.binary),
    .init(Opcode.text, "😀"), .init(Opcode.binary, .init(repeating: 0xFF, count: 126)), .close(1000),
  ].flatMap(\.fromServer)
  private static let pong = WebSocketFrame(Opcode.pong, "?").fromServer

  private func expectAnswers(on client: RawClient) async throws {
    let bytes = try await client.receiveToEnd().bytes
    #expect(bytes.ranges(of: Self.pong).count == 1)
    #expect(bytes.replacing(Self.pong, with: []) == Self.answers)
  }

  @Test func readsByteByByte() async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port)
      try await socket.raw.sendByteByByte(Self.conversation.bytes)
      try await expectAnswers(on: socket.raw)
    }
  }

  @Test func readsWhatIsSplitAtAnyByte() async throws {
    try await withWebSocket { port in
      let frames: [WebSocketFrame] = [.init(Opcode.text, "é"), .init(Opcode.binary, .init(repeating: 7, count: 126))]
      let answers = frames.flatMap(\.fromServer)
      let socket = try await WebSocketClient(port: port)
      for split in 1..<frames.bytes.count {
        try await socket.raw.send(Array(frames.bytes.prefix(split)))
        // The pause lets the server read each part alone; nothing depends on it.
        try await Task.sleep(for: .microseconds(200))
        try await socket.raw.send(Array(frames.bytes.dropFirst(split)))
        #expect(try await socket.raw.receive(count: answers.count) == answers)
      }
    }
  }

  @Test func readsFramesThatComeWithTheHandshake() async throws {
    try await withWebSocket { port in
      let client = try await RawClient(port: port)
      let handshake =
        "GET /ws HTTP/1.1\r\nHost: localhost:\(port)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
      try await client.send(Array(handshake.utf8) + Self.conversation.bytes)
      #expect(try await client.head().status == 101)
      try await expectAnswers(on: client)
    }
  }

  @Test(arguments: [16, 5_000]) func answersManyFramesOfOneReadInOrder(count: Int) async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port)
      try await socket.send((0..<count).map { WebSocketFrame(Opcode.text, "\($0)") } + [.close(1000)])
      for number in 0..<count { #expect(try await socket.receiveText() == "\(number)") }
      try await socket.expectClose(code: 1000)
    }
  }
}
