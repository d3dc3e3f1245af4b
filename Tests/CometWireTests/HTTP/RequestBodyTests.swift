import CometWire
import Testing

/// Bodies by length and in chunks, one request after the other.
@Suite struct RequestBodyTests {
  static let post = "POST / HTTP/1.1"
  static let chunked = "Transfer-Encoding: chunked"

  static let bodies: [(text: String, bodies: [String])] = [
    (request(post), [""]),
    (request(post, "Content-Length: 0"), [""]),
    (request(post, "Content-Length: 5", body: "hello"), ["hello"]),
    (request(post, "content-length: 005", body: "hello"), ["hello"]),
    (request(post, "Content-Length: 4", body: "\r\n\r\n"), ["\r\n\r\n"]),
    (request(post, chunked, body: "0\r\n\r\n"), [""]),
    (request(post, chunked, body: "5\r\nhello\r\n0\r\n\r\n"), ["hello"]),
    (request(post, "transfer-encoding:\tChunked ", body: "5\r\nhello\r\n0\r\n\r\n"), ["hello"]),
    (request(post, chunked, body: "1\r\na\r\n00002\r\n\r\n\r\nA\r\n0123456789\r\n000\r\n\r\n"), ["a\r\n0123456789"]),
    (request(post, chunked, body: "a;x\r\n0123456789\r\n0;last=\"yes\"\r\n\r\n"), ["0123456789"]),
    // Trailer fields are checked and dropped (RFC 9112 §7.1.2).
    (request(post, chunked, body: "1\r\na\r\n0\r\nX: y\r\nZ:\r\n\r\n"), ["a"]),
    (
      request(post, "Content-Length: 2", body: "ab") + request(post)
        + request(post, chunked, body: "2\r\ncd\r\n0\r\n\r\n"), ["ab", "", "cd"]
    ),
    (
      request(post, chunked, body: "0\r\n\r\n") + request("GET / HTTP/1.1")
        + request(post, "Content-Length: 1", body: "z"), ["", "", "z"]
    ),
    (request("GET / HTTP/1.0", "Content-Length: 3", body: "abc") + request(), ["abc", ""]),
  ]

  @Test(arguments: bodies.indices)
  func readsBodies(index: Int) {
    let (text, bodies) = Self.bodies[index]
    let bytes = Array(text.utf8)
    let whole = ParsedRequests(bytes)
    #expect(whole.requests.map(\.body) == bodies)
    #expect(whole.failure == nil && !whole.isWaiting)
    for pieceSize in 1...9 {
      #expect(ParsedRequests.agree(ParsedRequests(bytes, pieceSize: pieceSize), whole), "pieces of \(pieceSize)")
    }
    // Cut off anywhere it is not wrong, and what is not there is not made up.
    for length in 0..<bytes.count {
      let part = ParsedRequests(Array(bytes.prefix(length)))
      #expect(part.failure == nil, "\(length) bytes")
      #expect(part.requests.count < whole.requests.count, "\(length) bytes")
      #expect(part.requests[...] == whole.requests.prefix(part.requests.count), "\(length) bytes")
      #expect(ParsedRequests.agree(ParsedRequests(Array(bytes.prefix(length)), pieceSize: 1), part), "\(length) bytes")
    }
  }

  @Test(arguments: [
    "\r\n", "g\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", " 1\r\n", "1\n", "1\r1", ";\r\n", "1 \r\n", "1;\r\n", "1,2\r\n",
    "ffffffffffffffff\r\n", "10000000000000000\r\n", "7fffffffffffffff\r\n", "fffffffffffffff1\r\n",
    String(repeating: "0", count: 400), "3\r\nabcX", "3\r\nabc\n", "3\r\nabc\rX", "3\r\nabcd\r\n", "1\r\na\r\n\r\n",
    "0\r\nX\r\n\r\n", "0\r\n X: y\r\n\r\n", "0\r\nX : y\r\n\r\n", "0\r\nX: \0\r\n\r\n", "0\r\nX: y\n\r\n",
    "0\r\n\n", "0\r\nX: y\r\n z\r\n\r\n",
  ])
  func refusesWrongChunks(body: String) {
    let text = request(Self.post, Self.chunked, body: body)
    let whole = ParsedRequests(text)
    #expect(whole.failure == 400)
    #expect(whole.requests.isEmpty)
    #expect(ParsedRequests.agree(ParsedRequests(text, pieceSize: 1), whole))
  }

  static let limits: RequestLimits = {
    var limits = RequestLimits()
    limits.bodyBytes = 100
    limits.headBytes = 400
    return limits
  }()

  @Test func takesABodyOfExactlyTheLimit() {
    let hundred = String(repeating: "a", count: 100)
    let half = String(repeating: "a", count: 50)
    for text in [
      request(Self.post, "Content-Length: 100", body: hundred),
      request(Self.post, Self.chunked, body: "64\r\n\(hundred)\r\n0\r\n\r\n"),
      request(Self.post, Self.chunked, body: "32\r\n\(half)\r\n32\r\n\(half)\r\n0\r\n\r\n"),
    ] {
      for pieceSize in [1, 13, Int.max] {
        #expect(ParsedRequests(text, pieceSize: pieceSize, limits: Self.limits).requests.map(\.body) == [hundred])
      }
    }
  }

  /// A body that is too large is refused by its length, before any of it is kept.
  @Test(arguments: [
    ("Content-Length: 101", "a", 1), ("Content-Length: 99999999999999999", "a", 1),
    (chunked, "65\r\n", 4), (chunked, "fffffffffffffff\r\n", 17),
    (chunked, "64\r\n\(String(repeating: "a", count: 100))\r\n1\r\n", 109),
  ])
  func refusesALargeBodyByItsLength(field: String, body: String, bytes: Int) {
    let head = request(Self.post, field)
    let read = ParsedRequests(head + body + String(repeating: "a", count: 1000), pieceSize: 1, limits: Self.limits)
    #expect(read.failure == 413)
    #expect(read.bytesUntilFailure == head.utf8.count + bytes)
  }

  /// Extensions and trailer fields are no way around the limit.
  @Test(arguments: [
    "1;" + String(repeating: "a", count: 600), String(repeating: "1;aaaaaaaaaa\r\nb\r\n", count: 99),
    "0\r\nX: " + String(repeating: "a", count: 600), "0\r\n" + String(repeating: "X: y\r\n", count: 99),
  ])
  func boundsWhatStandsAroundTheChunks(body: String) {
    for pieceSize in [1, Int.max] {
      let read = ParsedRequests(
        request(Self.post, Self.chunked, body: body), pieceSize: pieceSize, limits: Self.limits)
      #expect(read.failure == 400 || read.failure == 431)
    }
  }

  /// One byte a chunk is slow, but honest.
  @Test func takesChunksOfOneByte() {
    let text = request(Self.post, Self.chunked, body: String(repeating: "1\r\na\r\n", count: 100) + "0\r\n\r\n")
    #expect(ParsedRequests(text, limits: Self.limits).requests.first?.body.utf8.count == 100)
  }

  @Test func leavesWhatFollowsAnUpgrade() throws {
    var parser = HTTPRequestParser()
    parser.append(Array((request() + "rest").utf8))
    #expect(try parser.nextHead() != nil)
    #expect(parser.takeRest() == Array("rest".utf8))
    #expect(!parser.hasBytes)
    #expect(parser.takeRest().isEmpty)
  }
}
