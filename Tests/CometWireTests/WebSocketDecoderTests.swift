import Testing

@testable import CometWire

@Suite struct WebSocketDecoderTests {
  // RFC 6455 §5.7, each example with the side that reads it.
  @Test(arguments: [
    ([0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F], false, [WebSocketEvent.text("Hello")]),
    ([0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58], true, [.text("Hello")]),
    ([0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F], false, [.text("Hello")]),
    ([0x89, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F], false, [.ping(Array("Hello".utf8))]),
    ([0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58], true, [.pong(Array("Hello".utf8))]),
    ([0x82, 0x7E, 0x01, 0x00] + [UInt8](repeating: 7, count: 256), false, [.binary(.init(repeating: 7, count: 256))]),
    (
      [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0] + [UInt8](repeating: 7, count: 65536), false,
      [.binary(.init(repeating: 7, count: 65536))]
    ),
  ])
  func readsTheExamplesOfTheRFC(bytes: [UInt8], requiresMask: Bool, events: [WebSocketEvent]) {
    for pieceSize in [Int.max, 1, 2, 3, 7] {
      let decoded = DecodedBytes(bytes, pieceSize: pieceSize, requiresMask: requiresMask)
      #expect(decoded.events == events)
      #expect(decoded.failure == nil)
    }
  }

  static let conversations: [(bytes: [UInt8], events: [WebSocketEvent])] = [
    (clientFrame(.text), [.text("")]),
    (clientFrame(.binary), [.binary([])]),
    (clientFrame(.ping), [.ping([])]),
    (clientFrame(.text, "接受到的数据为😀"), [.text("接受到的数据为😀")]),
    (
      clientFrame(.text, "a") + clientFrame(.binary, [1]) + clientFrame(.text, "b"),
      [.text("a"), .binary([1]), .text("b")]
    ),
    // Control frames between the pieces of a message; the message is as if they were not there.
    (
      clientFrame(.text, "a", final: false) + clientFrame(.ping, "?") + clientFrame(.continuation, "b", final: false)
        + clientFrame(.pong, "!") + clientFrame(.continuation, "c"),
      [.ping([0x3F]), .pong([0x21]), .text("abc")]
    ),
    // A character of four bytes in four frames, and an empty first and last one.
    (
      clientFrame(.text, final: false) + clientFrame(.continuation, [0xF0], final: false)
        + clientFrame(.continuation, [0x9F], final: false) + clientFrame(.continuation, [0x98], final: false)
        + clientFrame(.continuation, [0x80], final: false) + clientFrame(.continuation),
      [.text("😀")]
    ),
    (clientFrame(.close), [.close(nil, "")]),
    (clientFrame(.close, [0x03, 0xE8]), [.close(.normal, "")]),
    (clientFrame(.close, [0x0F, 0xA0] + Array("再见".utf8)), [.close(CloseCode(rawValue: 4000), "再见")]),
    // Nothing counts after a close, not even nonsense.
    (clientFrame(.close) + clientFrame(.text, "late") + [0xFF, 0xFF], [.close(nil, "")]),
    (
      clientFrame(.binary, [1, 2, 3], final: false) + clientFrame(.close, [0x03, 0xE9, 0x21]),
      [.close(.goingAway, "!")]
    ),
  ]

  @Test(arguments: conversations)
  func readsInPiecesOfAnySize(bytes: [UInt8], events: [WebSocketEvent]) {
    for pieceSize in [Int.max, 1, 2, 3, 5, 11] {
      let decoded = DecodedBytes(bytes, pieceSize: pieceSize)
      #expect(decoded.events == events, "in pieces of \(pieceSize)")
      #expect(decoded.failure == nil)
    }
  }

  @Test(arguments: conversations)
  func waitsWhereTheBytesEnd(bytes: [UInt8], events: [WebSocketEvent]) {
    for length in 0..<bytes.count {
      let decoded = DecodedBytes(Array(bytes.prefix(length)))
      #expect(decoded.failure == nil, "cut after \(length) bytes")
      #expect(decoded.events == Array(events.prefix(decoded.events.count)))
    }
  }

  @Test(arguments: [0, 1, 3, 8, 125, 126, 127, 65535, 65536, 200_001])
  func readsWhatTheEncoderWrites(size: Int) {
    let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for pieceSize in [Int.max, 1, 1000, 65536] {
      #expect(DecodedBytes(clientFrame(.binary, payload), pieceSize: pieceSize).events == [.binary(payload)])
    }
  }

  // MARK: Rules that end the connection

  /// The bytes, and how many of them must be enough to see the fault.
  @Test(arguments: [
    ([0xC1, 0x80, 0, 0, 0, 0], 1, "first reserved bit"),
    ([0xA1, 0x80, 0, 0, 0, 0], 1, "second reserved bit"),
    ([0x91, 0x80, 0, 0, 0, 0], 1, "third reserved bit"),
    ([0x83, 0x80, 0, 0, 0, 0], 1, "reserved opcode of a data frame"),
    ([0x8F, 0x80, 0, 0, 0, 0], 1, "reserved opcode of a control frame"),
    ([0x09, 0x80, 0, 0, 0, 0], 1, "fragmented ping"),
    ([0x08, 0x80, 0, 0, 0, 0], 1, "fragmented close"),
    ([0x89, 0xFE, 0, 126, 0, 0, 0, 0], 2, "control frame of 126 bytes"),
    ([0x88, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0], 2, "control frame of 64 KiB"),
    ([0x81, 0x00], 2, "no mask"),
    ([0x81, 0xFE, 0, 125, 0, 0, 0, 0], 4, "125 in two bytes"),
    ([0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0], 10, "65535 in eight bytes"),
    ([0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 10, "highest bit of the length"),
    (clientFrame(.continuation, "a"), 6, "continuation of nothing"),
    (clientFrame(.text, "a", final: false) + clientFrame(.text, "b"), 13, "text inside a message"),
    (clientFrame(.binary, [1], final: false) + clientFrame(.binary, [2]), 13, "binary inside a message"),
    (clientFrame(.text, "a") + clientFrame(.continuation, "b"), 13, "continuation after the end"),
    (clientFrame(.close, [3]), 7, "close payload of one byte"),
    (clientFrame(.close, [0x03, 0xED]), 8, "close with 1005"),
    (clientFrame(.close, [0, 0]), 8, "close with 0"),
    (clientFrame(.close, [0x13, 0x88]), 8, "close with 5000"),
  ])
  func refusesWhatBreaksTheProtocol(bytes: [UInt8], seenAfter: Int, rule: String) {
    let whole = DecodedBytes(bytes)
    let byteByByte = DecodedBytes(bytes, pieceSize: 1)
    #expect(whole.failure?.code == .protocolError)
    #expect(byteByByte.failure == whole.failure)
    #expect(byteByByte.events == whole.events)
    #expect(byteByByte.bytesUntilFailure == seenAfter)
  }

  @Test func refusesAMaskFromAServer() {
    #expect(DecodedBytes(clientFrame(.text, "a"), requiresMask: false).failure?.code == .protocolError)
  }

  /// The frames, and where in the last one's payload the first wrong byte is.
  @Test(arguments: [
    ([[0x61, 0xFF, 0x61]], 1),
    ([[0xCE, 0xBA, 0xED, 0xA0, 0x80]], 3),
    ([[0xF4, 0x90, 0x80, 0x80]], 1),
    ([[0xC0, 0xAF]], 0),
    ([[0xE2, 0x82], [0x41, 0x41]], 0),
    ([[0xF0], [0x9F], [0x98, 0xC0, 0x41]], 1),
  ])
  func refusesTextThatIsNotUTF8AtItsFirstWrongByte(fragments: [[UInt8]], wrong: Int) {
    // None of the frames is final: the fault must be seen before the message ends.
    var bytes: [UInt8] = []
    for (number, fragment) in fragments.enumerated() {
      bytes += clientFrame(number == 0 ? .text : .continuation, fragment, final: false)
    }
    let lastPayload = bytes.count - (fragments.last?.count ?? 0)
    let decoded = DecodedBytes(bytes, pieceSize: 1)
    #expect(decoded.failure?.code == .invalidPayload)
    #expect(decoded.bytesUntilFailure == lastPayload + wrong + 1)
    #expect(DecodedBytes(bytes).failure == decoded.failure)
  }

  @Test func refusesTextThatEndsInsideACharacter() {
    #expect(DecodedBytes(clientFrame(.text, [0x61, 0xE2, 0x82])).failure?.code == .invalidPayload)
    let fragmented = clientFrame(.text, [0xE2], final: false) + clientFrame(.continuation, [0x82])
    #expect(DecodedBytes(fragmented).failure?.code == .invalidPayload)
    // The next message does not finish it.
    #expect(DecodedBytes(clientFrame(.text, [0xE2]) + clientFrame(.text, [0x82, 0xAC])).events == [])
  }

  @Test func leavesBinaryAsItIs() {
    #expect(DecodedBytes(clientFrame(.binary, [0xFF, 0xC0, 0x80])).events == [.binary([0xFF, 0xC0, 0x80])])
  }

  @Test func refusesACloseReasonThatIsNotUTF8() {
    #expect(DecodedBytes(clientFrame(.close, [0x03, 0xE8, 0xFF])).failure?.code == .invalidPayload)
    #expect(DecodedBytes(clientFrame(.close, [0x03, 0xE8, 0xE2, 0x82])).failure?.code == .invalidPayload)
  }
}
