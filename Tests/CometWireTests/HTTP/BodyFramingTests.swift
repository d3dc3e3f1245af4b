import CometWire
import Testing

/// How the end of a body is found. Everything on which two readers could disagree is refused (RFC 9112 §11.2).
@Suite struct BodyFramingTests {
  @Test(
    arguments: [
      ([], .none),
      (["Content-Length: 0"], .none),
      (["Content-Length: 5"], .length(5)),
      (["content-length:   12\t"], .length(12)),
      (["Content-Length: 999999999999999999"], .length(999_999_999_999_999_999)),
      (["Content-Length: 00000000000000000000000005"], .length(5)),
      (["Transfer-Encoding: chunked"], .chunked),
      (["TRANSFER-ENCODING: CHUNKED"], .chunked),
      (["Transfer-Encoding: , chunked ,"], .chunked),
    ] as [([String], BodyFraming)])
  func readsOneLengthOrChunked(fields: [String], framing: BodyFraming) throws {
    let text = "POST / HTTP/1.1\r\nHost: a\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    #expect(try readHead(text)?.framing == framing)
  }

  @Test(arguments: [
    (["Content-Length: +5"], 400), (["Content-Length: -5"], 400), (["Content-Length: 5,6"], 400),
    (["Content-Length: 5,5"], 400), (["Content-Length: 5, 5"], 400), (["Content-Length: 0x5"], 400),
    (["Content-Length:"], 400), (["Content-Length: 5 5"], 400), (["Content-Length: 5.0"], 400),
    (["Content-Length: five"], 400), (["Content-Length: ٥"], 400), (["Content-Length: 9999999999999999999"], 400),
    (["Content-Length: 18446744073709551621"], 400), (["Content-Length: 5", "Content-Length: 5"], 400),
    (["Content-Length: 5", "content-length: 6"], 400), (["Content-Length: 0", "Content-Length: 5"], 400),
    (["Content-Length: 5", "Transfer-Encoding: chunked"], 400),
    (
      [
        "Transfer-Encoding: chunked",
        "Content-Length: 0",
      ], 400
    ),
    (["Content-Length: 5", "Transfer-Encoding: identity"], 400), (["Transfer-Encoding: identity"], 400),
    (["Transfer-Encoding: gzip"], 400), (["Transfer-Encoding: chunked, gzip"], 400), (["Transfer-Encoding:"], 400),
    (["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], 400), (["Transfer-Encoding: xchunked"], 400),
    (["Transfer-Encoding: chunked, chunked"], 400), (["Transfer-Encoding: chunked;a=b"], 400),
    (["Transfer-Encoding: \"chunked\""], 400), (["Transfer-Encoding: chunked chunked"], 400),
    (["Transfer-Encoding: \u{0B}chunked"], 400), (["Transfer-Encoding: [chunked]"], 400),
    (["Transfer-Encoding: gzip, chunked"], 501), (["Transfer-Encoding: gzip", "Transfer-Encoding: chunked"], 501),
  ])
  func refusesWhatCanBeReadInTwoWays(fields: [String], status: Int) {
    let text = "POST / HTTP/1.1\r\nHost: a\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    #expect(ParsedRequests(text + "0\r\n\r\n").failure == status)
    #expect(ParsedRequests(text + "0\r\n\r\n", pieceSize: 1).failure == status)
  }

  @Test func refusesTransferEncodingInHTTP10() {
    #expect(ParsedRequests("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").failure == 400)
  }
}
