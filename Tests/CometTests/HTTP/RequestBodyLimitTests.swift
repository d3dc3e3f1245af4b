import Comet
import TestSupport
import Testing

/// Bodies that are too large, and bodies of requests that are refused.
@Suite struct RequestBodyLimitTests {
  static let post = "POST /echo HTTP/1.1\r\nHost: localhost\r\n"

  /// The answer comes before the body: nothing of it has to be sent.
  @Test(arguments: [
    "Content-Length: 1048577\r\n\r\n", "Content-Length: 999999999999999999\r\n\r\n",
    "Content-Length: 1048577\r\nExpect: 100-continue\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n100001\r\n",
    "Transfer-Encoding: chunked\r\n\r\n7fffffffffffff\r\n",
  ])
  func aLargeBodyIsRefusedBeforeItIsRead(rest: String) async throws {
    try await withSite { site in
      let answer = try await lastAnswer(to: Self.post + rest, port: site.port)
      #expect(answer.status == 413)
      #expect(await site.notes.calls == 0)
    }
  }

  /// The client may be sending already: it gets the answer all the same, and no RST that destroys it.
  @Test(arguments: [false, true])
  func whoSendsALargeBodyGetsTheAnswer(readsFirst: Bool) async throws {
    // However long a busy machine takes for it.
    try await withSite(limits: .with { $0.lingerTime = .seconds(60) }) { site in
      let client = try await RawClient(port: site.port)
      try await client.send(Self.post + "Content-Length: 1200000\r\n\r\n")
      if readsFirst { #expect(try await client.response().status == 413) }
      for _ in 1...120 { try await client.send([UInt8](repeating: 0x61, count: 10_000)) }
      if !readsFirst { #expect(try await client.response().status == 413) }
      #expect(try await client.receiveToEnd().end == .finished)
    }
  }

  @Test(arguments: [false, true])
  func aBodyOfTheLimitIsTaken(isChunked: Bool) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      let body = [UInt8](repeating: 0x62, count: 1_048_576)
      if isChunked {
        try await client.send(Self.post + "Transfer-Encoding: chunked\r\n\r\n100000\r\n")
        try await client.send(body)
        try await client.send("\r\n0\r\n\r\n")
      } else {
        try await client.send(Self.post + "Content-Length: \(body.count)\r\n\r\n")
        try await client.send(body)
      }
      #expect(try await client.response().body == body)
    }
  }

  /// The body of a refused request is read to its end, so that the next request begins behind it.
  @Test(arguments: [
    (404, "/nothing", "Content-Length: 28\r\n\r\nGET /secret HTTP/1.1\r\nX: y\r\n"),
    (405, "/hello", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
    (403, "/echo", "Origin: http://evil.test\r\nContent-Length: 3\r\n\r\nabc"),
  ])
  func aRefusedBodyIsNotTheNextRequest(status: Int, path: String, rest: String) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      try await client.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\n\(rest)")
      #expect(try await client.response().status == status)
      #expect(try await client.request("GET", "/hello").text == "hello")
    }
  }

  /// A client that waits for `100 Continue` gets the refusal in its place, and sends no body (RFC 9110 §10.1.1).
  @Test(arguments: [(404, "/nothing", ""), (405, "/hello", ""), (403, "/echo", "Origin: null\r\n")])
  func aRefusedExpectationEndsTheConnection(status: Int, path: String, field: String) async throws {
    try await withSite { site in
      let request =
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\n\(field)Expect: 100-continue\r\nContent-Length: 5\r\n\r\n"
      let answer = try await lastAnswer(to: request, port: site.port)
      #expect(answer.status == status)
    }
  }

  /// A refusal does not open the door to bodies without a limit.
  @Test(arguments: ["Content-Length: 999999999999", "Content-Length: 1048577", "Transfer-Encoding: chunked"])
  func aRefusedBodyIsBoundedToo(field: String) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      try await client.send("POST /echo HTTP/1.1\r\nHost: evil.test\r\n\(field)\r\n\r\n")
      let start = field.hasPrefix("T") ? "500000\r\n" : ""
      try await client.send(start + String(repeating: "a", count: 2_000_000))
      let answer = try await client.response()
      #expect(answer.status == 413 || answer.status == 403)
      #expect(answer["Connection"] == "close")
    }
  }

  /// The reason that does not depend on the length is told, and nothing of the body is waited for.
  @Test(
    arguments: [
      (403, "/echo", "Origin: http://evil.test\r\n"), (404, "/nothing", ""), (405, "/hello", ""),
      (403, "/nothing", "Origin: null\r\n"),
    ], ["1048577", "999999999999999999"])
  func aLargeBodyDoesNotChangeARefusal(refusal: (status: Int, path: String, field: String), length: String) async throws
  {
    try await withSite { site in
      let request =
        "POST \(refusal.path) HTTP/1.1\r\nHost: localhost\r\n\(refusal.field)Content-Length: \(length)\r\n\r\n"
      let answer = try await lastAnswer(to: request, port: site.port)
      #expect(answer.status == refusal.status)
    }
  }

  @Test func aBodyThatEndsEarlyIsAnError() async throws {
    try await withSite { site in
      for body in ["Content-Length: 5\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nabc"] {
        let client = try await RawClient(port: site.port)
        try await client.send(Self.post + body)
        await client.halfClose()
        #expect(try await client.response().status == 400)
      }
      #expect(await site.notes.calls == 0)
    }
  }
}
