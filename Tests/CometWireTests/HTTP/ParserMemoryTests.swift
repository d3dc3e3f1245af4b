import Testing

@testable import CometWire

/// What a parser keeps is what has not been read, however the bytes are cut.
@Suite struct ParserMemoryTests {
  static let request = Array(
    "GET /a HTTP/1.1\r\nHost: localhost\r\nX-Pad: \(String(repeating: "a", count: 1000))\r\n\r\n".utf8)

  /// Every write ends with the first byte of the next request, so that the buffer is never empty.
  @Test func whatHasBeenReadIsLetGoOf() throws {
    var parser = HTTPRequestParser()
    parser.append(Array(Self.request.prefix(1)))
    for _ in 1...1000 {
      parser.append(Array(Self.request.dropFirst() + Self.request.prefix(1)))
      let head = try parser.nextHead()
      #expect(head?.target.path == "/a")
      let next = try parser.nextHead()
      #expect(next == nil)
    }
    #expect(parser.heldCapacity < 8 * Self.request.count)
  }

  @Test(arguments: [("", false), ("\r\n", false), ("G", true), ("\r\nG", true), ("GET / HTTP/1.1\r\n", true)])
  func anEmptyLineIsNoBeginningOfAHead(bytes: String, hasBegun: Bool) throws {
    var parser = HTTPRequestParser()
    parser.append(Array(bytes.utf8))
    let head = try parser.nextHead()
    #expect(head == nil)
    #expect(parser.hasBegunHead == hasBegun)
  }
}
