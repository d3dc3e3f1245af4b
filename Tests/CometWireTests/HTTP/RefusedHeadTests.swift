import CometWire
import Testing

/// Heads that are wrong, with the status that answers them.
@Suite struct RefusedHeadTests {
  /// Each one is a whole head and one byte more, so that a reader that overlooks the fault has all that it needs.
  static let badRequests: [String] = [
    // The request line (RFC 9112 §3).
    "GET /\r\n\r\n", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
    " GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
    "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n",
    "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / http/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.10\r\nHost: a\r\n\r\n", "GET / HTTP/+1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1,1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.x\r\nHost: a\r\n\r\n", "GET / HTTPS/1.1\r\nHost: a\r\n\r\n",
    "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    // The target (RFC 9112 §3.2).
    "GET a HTTP/1.1\r\nHost: a\r\n\r\n", "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /é HTTP/1.1\r\nHost: a\r\n\r\n", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\u{7F} HTTP/1.1\r\nHost: a\r\n\r\n",
    // Host (RFC 9112 §3.2).
    "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: http://a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a/\r\n\r\n",
    "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", "GET http://a/ HTTP/1.1\r\n\r\n",
    // Field lines (RFC 9112 §5).
    "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\nHost\t: a\r\n\r\n",
    "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
    "GET / HTTP/1.1\r\n X: b\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX\"Y: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\né: b\r\n\r\n",
    // Line ends and control characters (RFC 9112 §2.2, RFC 9110 §5.5).
    "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\n",
    "GET / HTTP/1.1\rHost: a\r\r", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n",
    "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: b\u{0B}\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{7F}\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", "\u{16}\u{3}\u{1}\0\0",
  ]

  @Test(arguments: badRequests)
  func refusesWhatIsNoRequest(text: String) {
    expect(text, 400)
  }

  @Test(arguments: [
    (501, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), (501, "get / HTTP/1.1\r\nHost: a\r\n\r\n"),
    (501, "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"), (505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
    (505, "GET / HTTP/0.9\r\nHost: a\r\n\r\n"), (505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    (417, "GET / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n"),
    (417, "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue, miracles\r\n\r\n"),
    (501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
  ])
  func saysWhatItCannotDo(status: Int, text: String) {
    expect(text, status)
  }

  private func expect(_ text: String, _ status: Int) {
    let whole = ParsedRequests(text + "x")
    #expect(whole.failure == status)
    #expect(whole.requests.isEmpty)
    let byteByByte = ParsedRequests(text + "x", pieceSize: 1)
    #expect(ParsedRequests.agree(byteByByte, whole))
  }

  @Test(arguments: [0...0x08, 0x0A...0x1F, 0x7F...0x7F] as [ClosedRange<UInt8>])
  func refusesEveryControlCharacterInAValue(codes: ClosedRange<UInt8>) {
    for code in codes {
      let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nX: b".utf8) + [code] + Array("c\r\n\r\n".utf8)
      #expect(ParsedRequests(bytes).failure == 400, "\(code)")
      #expect(ParsedRequests(bytes, pieceSize: 1).failure == 400, "\(code)")
    }
  }

  @Test func refusesAtTheFirstWrongByte() {
    let start = "GET / HTTP/1.1\r\nHost: a"
    for wrong in ["\n", "\0", "\rX"] {
      let read = ParsedRequests(start + wrong + "\r\n" + String(repeating: "more", count: 100), pieceSize: 1)
      #expect(read.failure == 400)
      #expect(read.bytesUntilFailure == start.utf8.count + wrong.utf8.count)
    }
  }
}
