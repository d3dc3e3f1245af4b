import CometWire
import Testing

/// Thousands of broken requests: no crash, and the same result however the bytes are cut.
@Suite struct RequestMutationTests {
  static let limits: RequestLimits = {
    var limits = RequestLimits()
    limits.targetBytes = 60
    limits.headBytes = 300
    limits.fieldCount = 8
    limits.bodyBytes = 40
    return limits
  }()

  static let samples = [
    request("GET /a?b HTTP/1.1", "Connection: close"),
    "OPTIONS * HTTP/1.1\r\nHost: [::1]:1\r\n\r\nGET http://a/ HTTP/1.0\r\n\r\n",
    request("POST / HTTP/1.1", "Content-Length: 5", body: "hello")
      + request("HEAD /%2e HTTP/1.1", "Expect: 100-continue"),
    request(
      "PUT / HTTP/1.1", "Transfer-Encoding: chunked", body: "5;a=\"b\"\r\nhello\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n"),
    request("POST / HTTP/1.1", "Transfer-Encoding: chunked", body: "0\r\n\r\n") + request(),
  ].map { Array($0.utf8) }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func sameResultInPiecesWhateverTheBytes(seed: UInt64) {
    var random = RepeatableRandom(seed: seed + 100)
    var (failures, requests) = (0, 0)
    for bytes in ByteMutations(of: Self.samples, count: 1500, seed: seed) {
      let whole = ParsedRequests(bytes, limits: Self.limits)
      for pieceSize in [1, Int.random(in: 2...40, using: &random)] {
        let pieces = ParsedRequests(bytes, pieceSize: pieceSize, limits: Self.limits)
        #expect(ParsedRequests.agree(pieces, whole), "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
      }
      #expect(whole.failure == nil || [400, 413, 414, 417, 431, 501, 505].contains(whole.failure))
      if whole.failure != nil { failures += 1 }
      requests += whole.requests.count
    }
    // The mutations reach both sides.
    #expect(300..<1450 ~= failures)
    #expect(requests > 300)
  }

  /// What is read whole is read the same when it is written again: nothing can hide between two readings.
  @Test func whatIsReadCanBeReadAgain() {
    for bytes in ByteMutations(of: Self.samples, count: 3000, seed: 9) {
      for read in ParsedRequests(bytes, limits: Self.limits).requests where read.body.isEmpty {
        let fields = read.fields.filter { !$0.lowercased().hasPrefix("transfer-encoding") }
        let line = read.line.replacing("OPTIONS  ", with: "OPTIONS * ")
        let again = ParsedRequests(line + "\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n")
        #expect(again.requests.map(\.fields) == [fields], "\(read)")
      }
    }
  }
}
