import Comet
import TestSupport
import Testing

/// `Expect: 100-continue` (RFC 9110 §10.1.1).
@Suite struct ContinueTests {
  static let head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"

  @Test func comesBeforeTheBodyAndTheAnswerAfterIt() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      for _ in 1...2 {
        try await client.send(Self.head)
        let interim = try await client.response()
        #expect(interim.head.text == "HTTP/1.1 100 Continue\r\n\r\n")
        try await client.send("hello")
        let answer = try await client.response()
        #expect(answer.status == 200)
        #expect(answer.text == "hello")
      }
      try await client.expectOpen()
    }
  }

  @Test func isLeftOutForWhoHasBegunToSend() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      try await client.send(Self.head + "he")
      try await client.expectOpen()
      try await client.send("llo")
      #expect(try await client.response().text == "hello")
    }
  }

  /// No expectation is no wish for an interim answer.
  @Test(arguments: ["", ",", " , "])
  func isLeftOutForAnEmptyField(value: String) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      try await client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect:\(value)\r\nContent-Length: 5\r\n\r\n")
      try await client.expectOpen()
      try await client.send("hello")
      #expect(try await client.response().text == "hello")
    }
  }

  @Test(arguments: [
    "GET /hello HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n",
    "GET /hello HTTP/1.0\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n",
    "POST /echo HTTP/1.0\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na",
  ])
  func isLeftOutWithoutABodyAndInHTTP10(request: String) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      try await client.send(request)
      #expect(try await client.response().status == 200)
    }
  }
}
