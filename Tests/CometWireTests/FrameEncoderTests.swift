import CometWire
import Testing

@Suite struct FrameEncoderTests {
  // RFC 6455 §5.7.
  @Test func writesTheExamplesOfTheRFC() {
    #expect(FrameEncoder.text("Hello") == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
    #expect(
      clientFrame(.text, "Hello") == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])

    var bytes: [UInt8] = []
    FrameEncoder.append(.text, Array("Hel".utf8), final: false, to: &bytes)
    FrameEncoder.append(.continuation, Array("lo".utf8), to: &bytes)
    #expect(bytes == [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F])
  }

  @Test(
    arguments: [
      (0, [0x82, 0]), (125, [0x82, 125]), (126, [0x82, 126, 0, 126]), (256, [0x82, 126, 1, 0]),
      (65535, [0x82, 126, 0xFF, 0xFF]), (65536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
    ] as [(Int, [UInt8])])
  func writesTheShortestLength(size: Int, header: [UInt8]) {
    var frame: [UInt8] = []
    FrameEncoder.append(.binary, [UInt8](repeating: 9, count: size), to: &frame)
    #expect(frame == header + [UInt8](repeating: 9, count: size))
  }

  @Test func aControlFrameIsAlwaysOneThatMayBeSent() {
    var bytes: [UInt8] = []
    FrameEncoder.append(.ping, [UInt8](repeating: 1, count: 126), final: false, to: &bytes)
    #expect(bytes == [0x89, 125] + [UInt8](repeating: 1, count: 125))
  }

  @Test(
    arguments: [
      (CloseCode.normal, "", [0x88, 2, 0x03, 0xE8]),
      (.goingAway, "bye", [0x88, 5, 0x03, 0xE9, 0x62, 0x79, 0x65]),
      (nil, "", [0x88, 0]),
      (nil, "a reason needs a code", [0x88, 0]),
      (.noStatus, "", [0x88, 0]),
      (.abnormal, "lost", [0x88, 0]),
      (.tlsFailure, "", [0x88, 0]),
    ] as [(CloseCode?, String, [UInt8])])
  func writesACloseFrame(code: CloseCode?, reason: String, bytes: [UInt8]) {
    #expect(FrameEncoder.close(code, reason) == bytes)
  }

  @Test(arguments: [
    (String(repeating: "a", count: 123), 123), (String(repeating: "a", count: 124), 123),
    (String(repeating: "为", count: 50), 123), ("a" + String(repeating: "为", count: 50), 121),
    (String(repeating: "😀", count: 50), 120), (String(repeating: "👩‍👩‍👧‍👦", count: 5), 100),
  ])
  func cutsAReasonAtACharacter(reason: String, kept: Int) {
    let frame = FrameEncoder.close(.normal, reason)
    let decoded = DecodedBytes(frame, requiresMask: false)
    #expect(decoded.events == [.close(.normal, String(decoding: reason.utf8.prefix(kept), as: UTF8.self))])
    #expect(frame.count == 4 + kept)
  }

  @Test(arguments: 0..<20) func masksAtAnyPlace(size: Int) {
    let payload = (0..<size).map { UInt8($0) }
    let key: [UInt8] = [0x12, 0x34, 0x56, 0x78]
    var bytes: [UInt8] = [0xAA, 0xBB, 0xCC]  // what was there before stays
    FrameEncoder.append(.binary, payload, mask: 0x1234_5678, to: &bytes)
    let masked = payload.enumerated().map { $1 ^ key[$0 % 4] }
    #expect(bytes == [0xAA, 0xBB, 0xCC, 0x82, 0x80 | UInt8(size)] + key + masked)
  }
}
