import CometWire
import Testing

/// What a head may cost, each limit at its edge.
@Suite struct HeadLimitTests {
  static let limits: RequestLimits = {
    var limits = RequestLimits()
    limits.targetBytes = 100
    limits.headBytes = 400
    limits.fieldCount = 5
    return limits
  }()

  @Test func defaultsAreThoseOfTheRules() {
    let limits = RequestLimits()
    #expect(limits.targetBytes == 8_192)
    #expect(limits.headBytes == 16_384)
    #expect(limits.fieldCount == 100)
    #expect(limits.bodyBytes == 1_048_576)
  }

  static let edges: [(name: String, text: @Sendable (Int) -> String, most: Int, status: Int)] = [
    ("target", { request("GET /\(String(repeating: "a", count: $0 - 1)) HTTP/1.1") }, 100, 414),
    (
      "target of an absolute form", { request("GET http://a/\(String(repeating: "b", count: $0 - 9)) HTTP/1.1") }, 100,
      414
    ),
    ("fields", { request("GET / HTTP/1.1", String(repeating: "X: y\r\n", count: $0 - 2) + "Z: z") }, 5, 431),
    ("head", { request("GET / HTTP/1.1", "X: " + String(repeating: "a", count: $0 - 40)) }, 400, 431),
  ]

  @Test(arguments: edges.indices, [1, 7, Int.max])
  func takesWhatIsJustAllowed(edge: Int, pieceSize: Int) {
    let (name, text, most, status) = Self.edges[edge]
    if name == "head" { #expect(text(most).utf8.count == most) }
    let right = ParsedRequests(text(most), pieceSize: pieceSize, limits: Self.limits)
    #expect(right.failure == nil, "\(name)")
    #expect(right.requests.count == 1, "\(name)")
    for more in [1, 2, 3, 31, 32, 33, 200, 100_000] {
      let wrong = ParsedRequests(text(most + more), pieceSize: pieceSize, limits: Self.limits)
      #expect(wrong.failure == status, "\(name) and \(more)")
      #expect(wrong.requests.isEmpty, "\(name) and \(more)")
    }
  }

  /// Nobody has to keep what will be refused anyway.
  @Test(arguments: [
    ("GET /" + String(repeating: "a", count: 10_000), 414, 133), (String(repeating: "A", count: 10_000), 400, 133),
    ("GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 10_000), 431, 401),
    ("GET / HTTP/1.1\r\n" + String(repeating: "X: a\r\n", count: 50), 431, 52),
    ("GET / HTTP/1.1\r\n" + String(repeating: "X", count: 10_000), 431, 401),
  ])
  func refusesBeforeTheEnd(text: String, status: Int, bytes: Int) {
    let read = ParsedRequests(text, pieceSize: 1, limits: Self.limits)
    #expect(read.failure == status)
    #expect(read.bytesUntilFailure == bytes)
  }

  /// The limits hold for each request of a connection, not for all of them together.
  @Test func beginsAnewWithEachRequest() {
    let text = request("GET /\(String(repeating: "a", count: 99)) HTTP/1.1", "A: 1", "B: 2", "C: 3", "D: 4")
    let many = String(repeating: text, count: 20)
    #expect(ParsedRequests(many, limits: Self.limits).requests.count == 20)
    #expect(ParsedRequests(many, pieceSize: 1, limits: Self.limits).requests.count == 20)
  }
}
