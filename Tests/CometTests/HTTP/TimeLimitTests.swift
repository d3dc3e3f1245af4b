import TestSupport
import Testing

@testable import Comet

/// What comes too slowly is ended: a client costs only so much time. See `Server.settled` for the moments.
@Suite struct TimeLimitTests {
  static let limits = Limits()
  static let head = "GET /hello HTTP/1.1\r\nHost: localhost\r\n"
  static let post = "POST /echo HTTP/1.1\r\nHost: localhost\r\n"

  @Test(arguments: ["G", "\r\nG", "GET /hello HTTP/1.1\r\n", head, head + "\r"])
  func aHeadThatIsNotCompletedGets408(part: String) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      try await client.send(part)
      let read = try await site.server.settled()
      await site.server.sweep(after: Self.limits.headTime, since: read)
      let answer = try await client.response()
      #expect(answer.status == 408 && answer["Connection"] == "close")
      #expect(try await client.receiveToEnd().end == .finished)
    }
  }

  /// One that some clients send after a body (RFC 9112 §2.2).
  @Test func anEmptyLineIsNoHead() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      try await client.send("\r\n")
      await site.server.sweep(after: Self.limits.headTime, since: try await site.server.settled())
      #expect(try await client.request("GET", "/hello").status == 200)
    }
  }

  /// A connection is not idle while its client is still reading.
  @Test func anAnswerThatIsBeingReadIsNotIdle() async throws {
    let size = 2_000_000
    let limits = Limits.with { $0.idleTime = $0.writePause / 2 }
    try await withSite(
      limits: limits,
      routes: { routes in
        routes.get("/large") { _ in Response(body: [UInt8](repeating: 1, count: size)) }
      }
    ) { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", "/large")
      let head = try await client.head()
      await site.server.sweep(after: limits.idleTime, since: try await site.server.settled())
      #expect(head["Connection"] == nil)
      _ = try await client.receive(count: size)
      #expect(try await client.request("GET", "/hello").text == "hello")
    }
  }

  @Test(arguments: ["G", "GET /hello HTTP/1.1\r\n", head])
  func aHeadHasItsTime(part: String) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      let start = Moment.now
      try await client.send(part)
      _ = try await site.server.settled()
      await site.server.sweep(at: start + Self.limits.headTime)
      try await client.send((Self.head + "\r\n").dropFirst(part.count).description)
      #expect(try await client.response().status == 200)
    }
  }

  /// A deadline, not an idle timer: bytes that drip in do not extend it.
  @Test func aSlowDripDoesNotExtendTheTime() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      try await client.send(Self.head)
      let read = try await site.server.settled()
      for drop in 1...5 {
        try await client.send("X-Drip: \(drop)\r\n")
        _ = try await site.server.settled()
      }
      await site.server.sweep(after: Self.limits.headTime, since: read)
      #expect(try await client.response().status == 408)
    }
  }

  /// The second head of a connection has the same time, counted from its own first byte.
  @Test func eachHeadHasItsOwnTime() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      #expect(try await client.request("GET", "/hello").status == 200)
      // The pause between the two is not counted as part of either.
      let pause = try await site.server.settled()
      await site.server.sweep(after: Self.limits.headTime, since: pause)
      try await client.send(Self.head)
      _ = try await site.server.settled()
      await site.server.sweep(at: pause + Self.limits.headTime)
      try await client.send("\r\nGET /hel")
      #expect(try await client.response().status == 200)
      let read = try await site.server.settled()
      await site.server.sweep(after: Self.limits.headTime, since: read)
      #expect(try await client.response().status == 408)
    }
  }

  @Test(arguments: [
    "Content-Length: 5\r\n\r\n", "Content-Length: 5\r\n\r\nhell", "Transfer-Encoding: chunked\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
  ])
  func aBodyThatStallsGets408(part: String) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      try await client.send(Self.post + part)
      let read = try await site.server.settled()
      await site.server.sweep(after: Self.limits.bodyPause, since: read)
      #expect(try await client.response().status == 408)
      #expect(try await client.receiveToEnd().end == .finished)
      #expect(await site.notes.calls == 0)
    }
  }

  /// The limit is for a pause: a body that moves may take longer.
  @Test(arguments: ["Content-Length: 5\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"])
  func aBodyThatMovesMayTakeLonger(framing: String) async throws {
    try await withSite { site in
      let isChunked = framing.hasPrefix("T")
      let client = try await RawClient(port: site.port)
      try await client.send(Self.post + framing)
      for _ in 1...5 {
        let before = try await site.server.settled()
        try await client.send(isChunked ? "1\r\na\r\n" : "a")
        _ = try await site.server.settled()
        // All that came before this byte is too old.
        await site.server.sweep(at: before + Self.limits.bodyPause)
      }
      if isChunked { try await client.send("0\r\n\r\n") }
      #expect(try await client.response().text == "aaaaa")
    }
  }

  @Test(arguments: [false, true])
  func anIdleConnectionIsClosed(hasAsked: Bool) async throws {
    try await withSite { site in
      let start = Moment.now
      let client = try await RawClient(port: site.port)
      if hasAsked { #expect(try await client.request("GET", "/hello").status == 200) }
      var idle = try await site.server.settled()
      await site.server.sweep(at: start + Self.limits.idleTime)
      if hasAsked {
        // It counts from the last answer.
        #expect(try await client.request("GET", "/hello").status == 200)
        await site.server.sweep(at: idle + Self.limits.idleTime)
        #expect(try await client.request("GET", "/hello").status == 200)
        idle = try await site.server.settled()
      }
      await site.server.sweep(after: Self.limits.idleTime, since: idle)
      let (bytes, end) = try await client.receiveToEnd()
      // Without a word: an answer that nobody has asked for would be taken for the next one.
      #expect(bytes.isEmpty && end == .finished)
      await client.close()
      try await site.expectQuiet()
    }
  }

  /// A client that does not close after the server's end is not waited for.
  @Test func aClosedConnectionDoesNotLinger() async throws {
    // Long, since its own background sweep must not do what the test does.
    let limits = Limits.with { $0.lingerTime = .seconds(3600) }
    try await withSite(limits: limits) { site in
      let start = Moment.now
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/hello", fields: ["Connection": "close"])
      #expect(try await client.receiveToEnd().end == .finished)
      await site.server.sweep(at: start + limits.lingerTime)
      #expect(await site.server.phases == [.lingering])
      // Several times: at the first look, what was sent last may still be on its way to be confirmed.
      for times in 1...3 { await site.server.sweep(after: limits.lingerTime * times, since: .now) }
      #expect(await site.server.connectionCount == 0)
      await client.close()
    }
  }

  /// An answer that is awaited has all the time in the world.
  @Test func aHeldAnswerIsNotIdle() async throws {
    let gate = await Waiter<Void>()
    try await withSite(routes: { routes in
      routes.post("/later") { _ in
        _ = try await gate.wait()
        return .text("later")
      }
    }) { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("POST", "/later", body: [1])
      let read = try await site.server.settled()
      await site.server.sweep(at: read + .seconds(86_400))
      await gate.wake(())
      #expect(try await client.response().text == "later")
    }
  }

  /// A stream without events gets a comment, so that no proxy takes it for dead.
  @Test func aQuietStreamOfEventsGetsComments() async throws {
    try await withSite(routes: { routes in
      routes.get("/quiet") { _ in .events { _ in try await sleep(for: .seconds(3600)) } }
    }) { site in
      let start = Moment.now
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/quiet")
      _ = try await client.head()
      let sent = try await site.server.settled()
      await site.server.sweep(at: start + Self.limits.eventStreamComment)
      try await client.expectOpen(for: .milliseconds(1))
      await site.server.sweep(after: Self.limits.eventStreamComment, since: sent)
      #expect(try await client.nextChunk()?.text == ": \n\n")
    }
  }
}
