import Comet
import TestSupport
import Testing

/// What comes too slowly is ended: a client costs only so much time.
@Suite struct TimeLimitTests {
  /// For what is to be ended.
  static let short = Duration.milliseconds(200)
  /// For what must not be: a busy machine may hold up a test for longer than it seems.
  static let long = Duration.milliseconds(1500)
  static let head = "GET /hello HTTP/1.1\r\nHost: localhost\r\n"
  static let post = "POST /echo HTTP/1.1\r\nHost: localhost\r\n"

  @Test(arguments: ["G", "\r\n", "GET /hello HTTP/1.1\r\n", head, head + "\r"])
  func aHeadThatIsNotCompletedGets408(part: String) async throws {
    try await withSite(limits: .with { $0.headTime = Self.short }) { site in
      let client = try await RawClient(port: site.port)
      let start = ContinuousClock.now
      try await client.send(part)
      let answer = try await client.response()
      #expect(answer.status == 408 && answer["Connection"] == "close")
      #expect(ContinuousClock.now - start >= Self.short)
      #expect(try await client.receiveToEnd().end == .finished)
    }
  }

  /// A deadline, not an idle timer: bytes that drip in do not extend it.
  @Test func aSlowDripDoesNotExtendTheTime() async throws {
    try await withSite(limits: .with { $0.headTime = Self.short }) { site in
      let client = try await RawClient(port: site.port)
      try await client.send(Self.head)
      let start = ContinuousClock.now
      let drip = Task {
        while !Task.isCancelled {
          try await client.send("X-Drip: drop\r\n")
          try await Task.sleep(for: .milliseconds(10))
        }
      }
      defer { drip.cancel() }
      #expect(try await client.response().status == 408)
      #expect(ContinuousClock.now - start < .seconds(3))
    }
  }

  /// The second head of a connection has the same time, counted from its own first byte.
  @Test func eachHeadHasItsOwnTime() async throws {
    try await withSite(limits: .with { $0.headTime = Self.short }) { site in
      let client = try await RawClient(port: site.port)
      #expect(try await client.request("GET", "/hello").status == 200)
      try await client.expectOpen(for: Self.short * 2)
      #expect(try await client.request("GET", "/hello").status == 200)
      try await client.send(Self.head + "\r\nGET /hel")
      #expect(try await client.response().status == 200)
      #expect(try await client.response().status == 408)
    }
  }

  @Test(arguments: [
    "Content-Length: 5\r\n\r\n", "Content-Length: 5\r\n\r\nhell", "Transfer-Encoding: chunked\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
  ])
  func aBodyThatStallsGets408(part: String) async throws {
    try await withSite(limits: .with { $0.bodyPause = Self.short }) { site in
      let client = try await RawClient(port: site.port)
      try await client.send(Self.post + part)
      #expect(try await client.response().status == 408)
      #expect(try await client.receiveToEnd().end == .finished)
      #expect(await site.notes.calls == 0)
    }
  }

  /// The limit is for a pause: a body that moves may take longer.
  @Test func aBodyThatMovesMayTakeLonger() async throws {
    try await withSite(limits: .with { $0.bodyPause = Self.long }) { site in
      let client = try await RawClient(port: site.port)
      try await client.send(Self.post + "Content-Length: 30\r\n\r\n")
      let start = ContinuousClock.now
      for _ in 0..<30 {
        try await client.send("a")
        try await Task.sleep(for: Self.long / 25)
      }
      #expect(ContinuousClock.now - start > Self.long)
      #expect(try await client.response().body.count == 30)
    }
  }

  @Test(arguments: [false, true])
  func anIdleConnectionIsClosed(hasAsked: Bool) async throws {
    try await withSite(limits: .with { $0.idleTime = hasAsked ? Self.long : Self.short }) { site in
      let client = try await RawClient(port: site.port)
      if hasAsked { #expect(try await client.request("GET", "/hello").status == 200) }
      let (bytes, end) = try await client.receiveToEnd()
      // Without a word: an answer that nobody has asked for would be taken for the next one.
      #expect(bytes.isEmpty && end == .finished)
      await client.close()
      try await site.expectQuiet()
    }
  }

  /// A client that neither reads nor closes after the server's end is not waited for.
  @Test func aClosedConnectionDoesNotLinger() async throws {
    let limits = Limits.with {
      $0.idleTime = Self.short
      $0.lingerTime = Self.short
    }
    try await withSite(limits: limits) { site in
      let client = try await RawClient(port: site.port)
      #expect(try await client.receiveToEnd().end == .finished)
      try await site.expectQuiet()
      await client.close()
    }
  }

  /// An answer that is awaited has all the time in the world.
  @Test func aHeldAnswerIsNotIdle() async throws {
    let limits = Limits.with {
      $0.idleTime = Self.long
      $0.headTime = Self.short
      $0.bodyPause = Self.short
      $0.writePause = Self.short
    }
    try await withSite(
      limits: limits,
      routes: { routes in
        let time = Self.long * 1.2
        routes.post("/later") { _ in
          try await sleep(for: time)
          return .text("later")
        }
      }
    ) { site in
      let client = try await RawClient(port: site.port)
      #expect(try await client.request("POST", "/later", body: [1]).text == "later")
    }
  }
}
