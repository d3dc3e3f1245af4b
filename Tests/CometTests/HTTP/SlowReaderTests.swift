import Comet
import TestSupport
import Testing

/// A reader that does not read: its queue is bounded, it alone waits, and in the end it is dropped.
@Suite struct SlowReaderTests {
  static let limits = Limits.with { $0.writePause = .milliseconds(300) }
  /// What the system's own buffers take is not the server's to bound: a few megabytes.
  static let mostBytes = 12_000_000

  @Test func onlyItsOwnHandlerWaitsAndItIsDropped() async throws {
    try await withSite(limits: Self.limits) { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", "/flood")
      #expect(try await client.head().status == 200)
      // The others are served all the time.
      try await eventually("it is dropped") {
        let answer = try await RawResponse.get("/stream", port: site.port)
        #expect(answer.text == "onetwo, three")
        return await site.notes.running == 0
      }
      #expect(await site.notes.written > 64 * 1024)
      #expect(await site.notes.written < Self.mostBytes)
      // It was cut: the end of the body never comes.
      let (bytes, _) = try await client.receiveToEnd()
      #expect(!Array(bytes.suffix(8)).text.hasSuffix("0\r\n\r\n"))
      try await site.expectQuiet()
    }
  }

  /// The limit is for a pause: whoever reads slowly gets everything, however long it takes.
  @Test func whoReadsSlowlyIsNotDropped() async throws {
    let size = 3_000_000
    let pause = Duration.seconds(1)
    try await withSite(
      limits: .with { $0.writePause = pause },
      routes: { routes in
        routes.get("/much") { _ in
          .stream { body in
            for number in 0..<size / 1000 { try await body.write([UInt8](repeating: UInt8(number % 251), count: 1000)) }
          }
        }
      }
    ) { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 32 * 1024)
      try await client.send("GET /much HTTP/1.0\r\nHost: localhost\r\n\r\n")
      _ = try await client.head()
      let start = ContinuousClock.now
      for piece in 0..<30 {
        let bytes = try await client.receive(count: 100_000)
        for number in 0..<100 { #expect(bytes[number * 1000 + number] == UInt8((piece * 100 + number) % 251)) }
        try await Task.sleep(for: pause / 25)
      }
      #expect(ContinuousClock.now - start > pause)
      #expect(try await client.receiveToEnd().bytes.isEmpty)
    }
  }

  /// The queue takes no more than its limit and one write; the writer goes on when there is room.
  @Test func theWriterWaitsForRoom() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", "/flood")
      _ = try await client.head()
      let stalled = try await eventually("the writer waits") { () -> Int? in
        let before = await site.notes.written
        for _ in 1...20 { _ = try await RawResponse.get("/hello", port: site.port) }
        let after = await site.notes.written
        return before > 0 && before == after ? before : nil
      }
      #expect(stalled < Self.mostBytes)
      // Half of what it has sent, so that there is room again.
      _ = try await client.receive(count: stalled / 2 + 1_000_000)
      try await eventually("the writer goes on") { await site.notes.written > stalled }
      await client.close()
      try await site.expectQuiet()
    }
  }

  /// The same for an answer that is there at once: it is the connection that waits, and that is dropped.
  @Test func aLargeAnswerIsDroppedToo() async throws {
    try await withSite(
      limits: Self.limits,
      routes: { routes in
        routes.get("/large") { _ in Response(body: [UInt8](repeating: 1, count: 20_000_000)) }
      }
    ) { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", "/large")
      _ = try await client.head()
      try await site.expectQuiet()
      #expect(try await client.receiveToEnd().bytes.count < 20_000_000)
    }
  }
}
