import Testing

@testable import bench

@Suite struct FrameReaderTests {
  /// The lengths of the messages that are complete, and all that their payloads hold.
  private func read(_ bytes: [UInt8], inPiecesOf length: Int) throws -> (ends: [Int], payload: [UInt8]) {
    var reader = FrameReader()
    var payload: [UInt8] = []
    let ends = try feed(bytes, inPiecesOf: length) { bytes -> [Int] in
      var ends: [Int] = []
      while let part = try reader.next(&bytes) {
        switch part {
        case .payload(let piece): payload += piece
        case .end(let count): ends.append(count)
        }
      }
      return ends
    }
    return (ends, payload)
  }

  @Test(arguments: pieceLengths)
  func messagesOfAllLengths(_ length: Int) throws {
    let long = [UInt8](repeating: 7, count: 70_000)
    var bytes: [UInt8] = [0x81, 2, 65, 66, 0x82, 0]
    bytes += [0x82, 126, 1, 0] + long.prefix(256)
    bytes += [0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70] + long
    let (ends, payload) = try read(bytes, inPiecesOf: length)
    #expect(ends == [2, 0, 256, 70_000])
    #expect(payload == [65, 66] + long.prefix(256) + long)
  }

  @Test(arguments: pieceLengths)
  func fragmentsAreOneMessageAndPingsNone(_ length: Int) throws {
    let (ends, payload) = try read([0x01, 1, 65, 0x89, 2, 1, 2, 0x80, 2, 66, 67, 0x8A, 0], inPiecesOf: length)
    #expect(ends == [3])
    #expect(payload == [65, 66, 67])
  }

  @Test(arguments: [[0x88, 2, 3, 0xE9], [0x81, 0x81, 0, 0, 0, 0, 65], [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0]])
  func aCloseAMaskAndAnImpossibleLengthAreErrors(_ bytes: [UInt8]) {
    for length in pieceLengths { #expect(throws: Failure.self) { try read(bytes, inPiecesOf: length) } }
  }

  /// RFC 6455 §5.2: the shortest form of the length; §5.3: unmasked it is the text again.
  @Test(arguments: [(0, 6), (64, 6), (125, 6), (126, 8), (65_535, 8), (65_536, 14)])
  func framesThatAreSent(_ length: Int, _ header: Int) {
    let frame = MaskedFrame.text(length: length)
    #expect(frame.count == header + length)
    #expect(frame[0] == 0x81 && frame[1] & 0x80 != 0)
    let mask = frame[(header - 4)..<header]
    let text = frame[header...].enumerated().map { $0.element ^ mask[mask.startIndex + $0.offset % 4] }
    #expect(text.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
  }
}
