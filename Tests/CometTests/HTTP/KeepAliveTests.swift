import Comet
import TestSupport
import Testing

/// Several requests on one connection (RFC 9112 §9.3), and HTTP/1.0, which has one.
@Suite struct KeepAliveTests {
  @Test func answersOneAfterTheOther() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      for number in 1...50 {
        let body = Array("message \(number)".utf8)
        let answer = try await client.request("POST", "/echo", body: body)
        #expect(answer.body == body)
        #expect(answer["Connection"] == nil)
        #expect(try await client.request("GET", "/stream").text == "onetwo, three")
      }
      #expect(await site.server.connectionCount == 1)
    }
  }

  @Test func answersPipelinedRequestsInOrder() async throws {
    try await withSite(routes: { routes in
      routes.get("/slow/:number") { request in
        try await sleep(for: .milliseconds(3))
        return .text(request.parameters["number"] ?? "")
      }
      routes.get("/fast/:number") { request in .text(request.parameters["number"] ?? "") }
    }) { site in
      let client = try await RawClient(port: site.port)
      var requests = ""
      for number in 0..<60 {
        let path = number % 3 == 0 ? "slow" : "fast"
        requests += "GET /\(path)/\(number) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        if number % 5 == 0 { requests += "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n\r\n" }
        if number % 7 == 0 { requests += "HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n" }
      }
      try await client.send(requests)
      for number in 0..<60 {
        #expect(try await client.response().text == "\(number)")
        if number % 5 == 0 { #expect(try await client.response().text == "\r\n") }
        if number % 7 == 0 { #expect(try await client.response(toHEAD: true)["Content-Length"] == "5") }
      }
    }
  }

  /// A client that asks and asks and does not read is not listened to for ever: neither its requests nor their
  /// answers pile up.
  @Test func pipelinedRequestsTakeBoundedMemory() async throws {
    let answer = [UInt8](repeating: 0x61, count: 32 * 1024)
    let notes = HandlerNotes()
    try await withSite(routes: { routes in
      routes.get("/big") { _ in try await notes.watch { Response(body: answer) } }
    }) { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      let request = "GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n"
      let count = 1000
      // 32 MB of answers, and 40 KB of requests.
      async let sending: Void = client.send(String(repeating: request, count: count))
      try await eventually("the server waits for its client") {
        let before = await notes.calls
        guard before > 0 else { return false }
        // Somebody else is served in the meantime, a few turns of the loop.
        for _ in 1...20 { _ = try await RawResponse.get("/hello", port: site.port) }
        return await notes.calls == before
      }
      // What the system's own buffers take is not the server's to bound: a few megabytes.
      #expect(await notes.calls * answer.count < 16_000_000)
      for _ in 0..<count { #expect(try await client.response().body.count == answer.count) }
      try await sending
      #expect(await notes.calls == count)
    }
  }

  @Test func closesWhenAsked() async throws {
    try await withSite { site in
      let request = "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: Keep-Alive, Close\r\n\r\n"
      // What follows is not answered.
      let answer = try await lastAnswer(to: request + request, port: site.port)
      #expect(answer.text == "hello")
      #expect(await site.notes.calls == 1)
    }
  }

  @Test(arguments: [
    "GET /hello HTTP/1.0\r\n\r\n", "GET /hello HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n",
  ])
  func http10IsClosedAfterItsAnswer(request: String) async throws {
    try await withSite { site in
      let answer = try await lastAnswer(to: request, port: site.port)
      #expect(answer.text == "hello")
      #expect(answer["Content-Length"] == "5")
    }
  }

  @Test func http10GetsNoChunks() async throws {
    try await withSite { site in
      for method in ["GET", "HEAD"] {
        let client = try await RawClient(port: site.port)
        try await client.send("\(method) /stream HTTP/1.0\r\nHost: localhost\r\n\r\n")
        let answer = try await client.response(toHEAD: method == "HEAD")
        #expect(answer["Transfer-Encoding"] == nil && answer["Content-Length"] == nil)
        #expect(answer["Connection"] == "close")
        #expect(answer.text == (method == "GET" ? "onetwo, three" : ""))
        #expect(try await client.receiveToEnd().end == .finished)
      }
    }
  }

  /// Bytes that come one at a time are the same request.
  @Test func readsByteByByte() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      try await client.sendByteByByte(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n"
          + "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", pause: .zero)
      #expect(try await client.response().text == "hello")
      #expect(try await client.response().text == "hello")
    }
  }
}
