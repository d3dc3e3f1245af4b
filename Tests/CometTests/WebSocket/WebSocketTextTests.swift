import Comet
import TestSupport
import Testing

/// Text is UTF-8, and what is not ends the connection as soon as it shows (RFC 6455 §8.1).
@Suite struct WebSocketTextTests {
  private static let invalid: [(String, [[UInt8]])] = [
    ("a byte that never occurs", [[0x61, 0xFF]]),
    ("a continuation without a start", [[0x80]]),
    ("an overlong slash", [[0xC0, 0xAF]]),
    ("an overlong form of three bytes", [[0xE0, 0x9F]]),
    ("an overlong form of four bytes", [[0xF0, 0x8F]]),
    ("a surrogate", [[0xCE, 0xBA, 0xED, 0xA0]]),
    ("above U+10FFFF", [[0xF4, 0x90]]),
    ("a character cut by ASCII", [[0xE2, 0x82, 0x41]]),
    ("wrong only in the next fragment", [[0xE2, 0x82], [0x41]]),
    ("wrong after three fragments", [[0xF0], [0x9F], [0x98, 0xC0]]),
  ]

  @Test(arguments: invalid) func endsWith1007BeforeTheMessageEnds(what: String, fragments: [[UInt8]]) async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port)
      var frames: [WebSocketFrame] = []
      for fragment in fragments {
        frames.append(.unfinished(frames.isEmpty ? Opcode.text : Opcode.continuation, fragment))
      }
      // Even the frame is not finished: 900 more bytes are announced, and never come.
      frames[frames.count - 1].announcedLength = 1000
      try await socket.send(frames)
      try await socket.expectClose(code: 1007)
    }
  }

  @Test(arguments: [
    [WebSocketFrame(Opcode.text, [0x61, 0xE2, 0x82])],
    [.unfinished(Opcode.text, [0xF0, 0x9F]), .init(Opcode.continuation)],
    // The next message does not complete the character of the one before.
    [.init(Opcode.text, [0xE2]), .init(Opcode.text, [0x82, 0xAC])],
    [.init(Opcode.close, [0x03, 0xE8, 0xFF])],
    [.init(Opcode.close, [0x03, 0xE8, 0xE2, 0x82])],
  ])
  func endsWith1007WhereACharacterIsCut(frames: [WebSocketFrame]) async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port)
      try await socket.send(frames)
      try await socket.expectClose(code: 1007)
    }
  }

  @Test(arguments: ["", "a\u{0}b", "é", "\u{7FF}\u{800}\u{FFFD}\u{FFFF}", "\u{10000}\u{10FFFF}", "\u{FEFF}a", "👩‍👩‍👧"])
  func takesAllOfUnicode(text: String) async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port)
      try await socket.sendText(text)
      // A fragment for each byte.
      try await socket.send([.unfinished(Opcode.text, [])])
      try await socket.send(text.utf8.map { .unfinished(Opcode.continuation, [$0]) })
      try await socket.send([.init(Opcode.continuation)])
      for _ in 1...2 { #expect(Array(try await socket.receiveText().unicodeScalars) == Array(text.unicodeScalars)) }
    }
  }

  @Test func leavesBytesAlone() async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port)
      let bytes = (0...255).map { UInt8($0) }
      try await socket.sendBinary(bytes)
      #expect(try await socket.receiveMessage() == .binary(bytes))
    }
  }
}
