import CometWire
import Testing

@Suite struct FrameHeaderTests {
  static let headers = [
    FrameHeader(opcode: .text, payloadLength: 0),
    FrameHeader(isFinal: false, opcode: .continuation, mask: 0x0102_0304, payloadLength: 125),
    FrameHeader(opcode: .binary, mask: 0xFFFF_FFFF, payloadLength: 126),
    FrameHeader(opcode: .binary, payloadLength: 65535),
    FrameHeader(opcode: .binary, mask: 0, payloadLength: 65536),
    FrameHeader(opcode: .binary, payloadLength: .max),
    FrameHeader(opcode: .pong, mask: 0x8000_0001, payloadLength: 125),
  ]

  @Test(arguments: headers)
  func readsWhatItWrites(header: FrameHeader) throws {
    var bytes: [UInt8] = []
    header.append(to: &bytes)
    #expect(bytes.count <= FrameHeader.maxSize)
    #expect(try FrameHeader.parse(bytes.span) == .header(header, size: bytes.count))
    // Wherever the header stands, and whatever follows it.
    let inside = ([7, 7, 7] + bytes + [9, 9, 9])[3...]
    #expect(try FrameHeader.parse(inside.span) == .header(header, size: bytes.count))
    for length in 0..<bytes.count {
      #expect(try FrameHeader.parse(bytes.span.extracting(first: length)) == .needsMoreBytes)
    }
  }

  @Test func everyFirstTwoBytesAreHeaderOrFailure() {
    for first in UInt8.min ... .max {
      for second in UInt8.min ... .max {
        let bytes = [first, second] + [UInt8](repeating: 0x7F, count: 12)
        let isKnown = first & 0x70 == 0 && [0, 1, 2, 8, 9, 10].contains(first & 0x0F)
        let isShortAndWhole = first & 0x80 != 0 && second & 0x7F <= 125
        let isGood = isKnown && (first & 0x08 == 0 || isShortAndWhole)
        let step = try? FrameHeader.parse(bytes.span)
        #expect((step != nil) == isGood, "\(first) \(second)")
        #expect(step != .needsMoreBytes)
      }
    }
  }
}
