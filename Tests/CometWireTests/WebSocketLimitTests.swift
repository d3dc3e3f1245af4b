import Testing

@testable import CometWire

@Suite struct WebSocketLimitTests {
  static let limits = WebSocketLimits(messageBytes: 200, fragments: 3)

  @Test func takesAMessageOfExactlyTheLimit() {
    let payload = [UInt8](repeating: 1, count: 200)
    #expect(DecodedBytes(clientFrame(.binary, payload), limits: Self.limits).events == [.binary(payload)])
    let fragments =
      clientFrame(.binary, Array(payload[..<150]), final: false) + clientFrame(.continuation, Array(payload[150...]))
    #expect(DecodedBytes(fragments + fragments, limits: Self.limits).events == [.binary(payload), .binary(payload)])
  }

  @Test func refusesALongMessageByItsHeader() {
    let header: [UInt8] = [0x82, 0xFE, 0, 201, 0, 0, 0, 0]
    #expect(DecodedBytes(header, limits: Self.limits).failure?.code == .messageTooBig)

    let longest: [UInt8] = [0x82, 0xFF, 0x7F] + [UInt8](repeating: 0xFF, count: 7) + [0, 0, 0, 0]
    #expect(DecodedBytes(longest, limits: Self.limits).failure?.code == .messageTooBig)

    // 150 bytes are held, 51 are announced.
    let fragments = clientFrame(.binary, [UInt8](repeating: 1, count: 150), final: false)
    let next: [UInt8] = [0x80, 0x80 | 51, 0, 0, 0, 0]
    #expect(DecodedBytes(fragments + next, limits: Self.limits).failure?.code == .messageTooBig)
    #expect(DecodedBytes(fragments + [0x80, 0x80 | 50, 0, 0, 0, 0], limits: Self.limits).failure == nil)
  }

  @Test func refusesTooManyFragments() {
    let first = clientFrame(.text, final: false)
    let middle = clientFrame(.continuation, final: false)
    let last = clientFrame(.continuation)
    let three = first + middle + last
    #expect(DecodedBytes(three + three, limits: Self.limits).events == [.text(""), .text("")])
    #expect(DecodedBytes(first + middle + middle + last, limits: Self.limits).failure?.code == .messageTooBig)
    // A ping is no fragment.
    let withPings = first + clientFrame(.ping) + middle + clientFrame(.ping) + last
    #expect(DecodedBytes(withPings, limits: Self.limits).events == [.ping([]), .ping([]), .text("")])
  }

  /// A message of one frame has no fragments, however it arrives.
  @Test func withoutFragmentsThereAreStillMessages() {
    let bytes = clientFrame(.text, "whole")
    for pieceSize in [bytes.count, 1] {
      let decoded = DecodedBytes(bytes, pieceSize: pieceSize, limits: WebSocketLimits(fragments: 0))
      #expect(decoded.events == [.text("whole")])
    }
  }

  @Test func defaultsAreThoseOfTheRules() {
    #expect(WebSocketLimits().messageBytes == 1_048_576)
    #expect(WebSocketLimits().fragments == 1024)
  }

  @Test func saysNothingAfterAFailure() throws {
    var decoder = WebSocketDecoder()
    decoder.append([0xFF])
    #expect(throws: WebSocketFailure.self) { try decoder.next() }
    decoder.append(clientFrame(.text, "late"))
    #expect(try decoder.next() == nil)
    #expect(try decoder.next() == nil)
    #expect(decoder.heldCapacity == 0)
  }

  @Test func holdsNothingBetweenMessages() throws {
    var decoder = WebSocketDecoder()
    #expect(decoder.heldCapacity == 0)
    decoder.append(clientFrame(.text, String(repeating: "a", count: 5000)) + clientFrame(.ping, "?"))
    while try decoder.next() != nil {}
    #expect(decoder.heldCapacity == 0)

    // Of a message that is not complete, only that message: the read that brought its beginning is gone.
    decoder.append(clientFrame(.ping, [UInt8](repeating: 0, count: 125)) + clientFrame(.binary, [1], final: false))
    #expect(try decoder.next() != nil)
    #expect(try decoder.next() == nil)
    #expect(decoder.heldCapacity < 100)
    decoder.append(clientFrame(.continuation, [2]))
    #expect(try decoder.next() == .binary([1, 2]))
    #expect(try decoder.next() == nil)
    #expect(decoder.heldCapacity == 0)
  }

  @Test func keepsOnlyTheRestOfALargeRead() throws {
    var decoder = WebSocketDecoder()
    let frames = Array(repeatElement(clientFrame(.text, "hello"), count: 5000).joined())
    decoder.append(frames + [0x81])
    for _ in 0..<5000 { #expect(try decoder.next() == .text("hello")) }
    #expect(try decoder.next() == nil)
    #expect(decoder.heldCapacity < 100)
  }

  @Test func survivesACallerThatDoesNotReadToTheEnd() throws {
    var decoder = WebSocketDecoder()
    for _ in 0..<1000 {
      decoder.append(clientFrame(.text, "a") + clientFrame(.text, "b"))
      #expect(try decoder.next() != nil)
    }
    for _ in 0..<1000 { #expect(try decoder.next() != nil) }
    #expect(try decoder.next() == nil)
    #expect(decoder.heldCapacity == 0)
  }
}
