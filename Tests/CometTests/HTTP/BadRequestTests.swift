import Comet
import TestSupport
import Testing

/// Bytes that are no request: an answer that says so, and the end of the connection (RFC 9112).
@Suite struct BadRequestTests {
  static let host = "Host: localhost\r\n"

  static let heads = [
    // Host.
    "GET /hello HTTP/1.1\r\n\r\n",
    "GET /hello HTTP/1.1\r\n\(host)\(host)\r\n",
    "GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n",
    "GET /hello HTTP/1.1\r\nHost: http://localhost\r\n\r\n",
    "GET /hello HTTP/1.1\r\nHost: localhost:x\r\n\r\n",
    "GET /hello HTTP/1.1\r\nHost:\r\n\r\n",
    // Lines.
    "GET /hello HTTP/1.1\r\n\(host)X-A : b\r\n\r\n",
    "GET /hello HTTP/1.1\r\n X-A: b\r\n\(host)\r\n",
    "GET /hello HTTP/1.1\r\n\(host)X-A: b\r\n c\r\n\r\n",
    "GET /hello HTTP/1.1\r\n\(host)X-A: b\rX-C: d\r\n\r\n",
    "GET /hello HTTP/1.1\r\n\(host)X-A: b\nX-C: d\r\n\r\n",
    "GET /hello HTTP/1.1\nHost: localhost\n\n",
    "GET /hello HTTP/1.1\r\n\(host)X-A: b\0\r\n\r\n",
    "GET /hello HTTP/1.1\r\n\(host)X\0A: b\r\n\r\n",
    "GET /hello HTTP/1.1\r\n\(host)X-A\r\n\r\n",
    "GET /hello HTTP/1.1\r\n\(host)X A: b\r\n\r\n",
    "GET  /hello HTTP/1.1\r\n\(host)\r\n",
    "GET /hello#a HTTP/1.1\r\n\(host)\r\n",
    "GET hello HTTP/1.1\r\n\(host)\r\n",
    "GET /hello\r\n\r\n",
    "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\r\n\r\n",
  ]

  static let framings = [
    "Content-Length: +5", "Content-Length: 5,6", "Content-Length: 5, 5", "Content-Length: 0x5", "Content-Length:",
    "Content-Length: -1", "Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 6",
    "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "Transfer-Encoding: gzip", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: xchunked", "Transfer-Encoding:", "Transfer-Encoding : chunked",
  ].map { "POST /echo HTTP/1.1\r\n\(host)\($0)\r\n\r\n0\r\n\r\n" }

  static let chunks = [
    "g\r\n", "-1\r\n", "0x1\r\n", "\r\n", "ffffffffffffffff\r\n", "10000000000000000\r\n", "5\nhello\r\n0\r\n\r\n",
    "5\r\nhelloX\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "4\r\nhello\r\n0\r\n\r\n", "0\r\nX : y\r\n\r\n",
    "5;\r\nhello\r\n",
  ].map { "POST /echo HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n\($0)" }

  static let http10 = ["POST /echo HTTP/1.0\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"]

  /// The reason is the one that helps.
  @Test(arguments: [
    ("GET /hello HTTP/1.1\r\n\r\n", "needs a Host"), ("GET /hello HTTP/1.1\r\n\(host)\(host)\r\n", "has one Host"),
    ("GET /hello HTTP/1.1\r\n\(host)X-A: b\r\n c\r\n\r\n", "begin with white space"),
    ("GET /hello HTTP/1.1\r\n\(host)X-A: b\r\n c: d\r\n\r\n", "begin with white space"),
    ("GET /hello HTTP/1.1\r\n\(host)X-A : b\r\n\r\n", "followed by a colon"),
  ])
  func theReasonFits(_ request: String, _ reason: String) async throws {
    try await withSite { site in
      let answer = try await lastAnswer(to: request, port: site.port, byteByByte: false)
      #expect(answer.text.contains(reason), "\(answer.text)")
    }
  }

  /// A second request follows each time: a server that reads on after the error would answer it.
  @Test(arguments: [heads, framings, chunks, http10], [false, true])
  func isRefusedAndTheConnectionClosed(requests: [String], byteByByte: Bool) async throws {
    try await withSite { site in
      for request in requests {
        let next = "GET /hello HTTP/1.1\r\n\(Self.host)\r\n"
        let answer = try await lastAnswer(to: request + next, port: site.port, byteByByte: byteByByte)
        #expect(answer.status == 400, "\(request.debugDescription)")
        #expect(answer["Content-Type"] == "text/plain; charset=utf-8")
        #expect(answer.text.hasSuffix(".\n"))
      }
      #expect(await site.notes.calls == 0)
    }
  }

  @Test(arguments: [
    (501, "BREW /hello HTTP/1.1\r\n\(host)\r\n"), (501, "get /hello HTTP/1.1\r\n\(host)\r\n"),
    (501, "CONNECT localhost:80 HTTP/1.1\r\n\(host)\r\n"),
    (501, "POST /echo HTTP/1.1\r\n\(host)Transfer-Encoding: gzip, chunked\r\n\r\n"),
    (505, "GET /hello HTTP/2.0\r\n\(host)\r\n"), (505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    (417, "GET /hello HTTP/1.1\r\n\(host)Expect: miracles\r\n\r\n"),
    (414, "GET /" + String(repeating: "a", count: 8192) + " HTTP/1.1\r\n\(host)\r\n"),
    (414, "GET /" + String(repeating: "a", count: 100_000)),
    (431, "GET /hello HTTP/1.1\r\n\(host)X: " + String(repeating: "a", count: 16_384) + "\r\n\r\n"),
    (431, "GET /hello HTTP/1.1\r\n\(host)" + String(repeating: "X: y\r\n", count: 100) + "\r\n"),
  ])
  func isAnsweredByItsStatus(status: Int, request: String) async throws {
    try await withSite { site in
      let answer = try await lastAnswer(to: request, port: site.port)
      #expect(answer.status == status)
      #expect(await site.notes.calls == 0)
    }
  }

  @Test func largeRequestsWithinTheLimitsAreAnswered() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      let target = "/hello?" + String(repeating: "a", count: 8192 - 7)
      let fields = (1...98).map { "X-\($0): y\r\n" }.joined() + "X: \(String(repeating: "a", count: 6000))\r\n"
      try await client.send("GET \(target) HTTP/1.1\r\n\(Self.host)\(fields)\r\n")
      #expect(try await client.response().text == "hello")
    }
  }
}
