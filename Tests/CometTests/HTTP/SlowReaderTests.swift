import TestSupport
import Testing

@testable import Comet

/// A reader that does not read: its queue is bounded, it alone waits, and in the end it is dropped.
@Suite struct SlowReaderTests {
  static let limits = Limits()
  /// What the system's own buffers take is not the server's to bound: a few megabytes.
  static let mostBytes = 12_000_000

  @Test func onlyItsOwnHandlerWaitsAndItIsDropped() async throws {
    try await withSite { site in
      let start = Moment.now
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", "/flood")
      #expect(try await client.head().status == 200)
      let written = try await site.stalled()
      #expect(written > Self.limits.queueBytes && written < Self.mostBytes)
      // No more than the limit, and the piece that went beyond it.
      let queued = await site.server.mostQueued
      #expect(queued > Self.limits.queueBytes && queued < Self.limits.queueBytes + 17 * 1024)

      await site.server.sweep(at: start + Self.limits.writePause)
      // The others are served all the time.
      #expect(try await RawResponse.get("/stream", port: site.port).text == "onetwo, three")
      #expect(await site.notes.running == 1)
      try await site.server.dropWhoTakesNothing()
      // It was cut: the end of the body never comes.
      let (bytes, _) = try await client.receiveToEnd()
      #expect(!Array(bytes.suffix(8)).text.hasSuffix("0\r\n\r\n"))
      try await site.expectQuiet()
    }
  }

  /// The limit is for a pause: a slow reader is waited for, however long it takes.
  @Test func whoReadsSlowlyIsNotDropped() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", "/flood")
      _ = try await client.head()
      for _ in 1...3 {
        let written = try await site.stalled()
        let before = Moment.now
        _ = try await client.receive(count: 2_000_000)
        try await eventually("the writer goes on") { await site.notes.written > written }
        // All that was taken before is too old.
        await site.server.sweep(at: before + Self.limits.writePause)
        #expect(await site.notes.running == 1)
      }
      await client.close()
      try await site.expectQuiet()
    }
  }

  /// Nor is it for the kernel's buffers: what a client takes of those is progress, too, and seen soon.
  @Test func littleIsTakenAndSeen() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", "/flood")
      _ = try await client.head()
      _ = try await site.stalled()
      let before = Moment.now
      _ = try await client.receive(count: 400_000)
      try await eventually("the server sees it") { await site.server.lastSent > before }
      await client.close()
    }
  }

  /// Even less is seen at the next look: at a few kilobytes a second it takes minutes until the kernel has room again.
  @Test func veryLittleIsSeenByLooking() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", "/flood")
      _ = try await client.head()
      _ = try await site.stalled()
      var moment = Moment.now
      for takes in [true, true, false] {
        await site.server.sweep(at: moment)
        if takes { _ = try await client.receive(count: 20_000) }
        moment = moment + Self.limits.writePause + .seconds(1)
      }
      #expect(await site.server.connectionCount == 1)
      // What it took last may still be on its way to be confirmed.
      for _ in 1...3 {
        _ = try await site.server.settled()
        await site.server.sweep(at: moment)
        moment = moment + Self.limits.writePause + .seconds(1)
      }
      try await site.expectQuiet()
    }
  }

  /// A connection that is closed waits for as long as its last answer is being read (RFC 9112 §9.6).
  @Test(arguments: [true, false]) func theLastAnswerIsReadInPeace(reads: Bool) async throws {
    let body = [UInt8](repeating: 1, count: 60_000)
    try await withSite(routes: { $0.get("/body") { _ in Response(body: body) } }) { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.send("GET /body HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      _ = try await client.head()
      var moment = try await site.server.settled()
      for _ in 1...5 {
        moment = moment + Self.limits.lingerTime + .seconds(1)
        await site.server.sweep(at: moment)
        // What it says meanwhile would destroy the rest if nobody took it.
        try await client.send("?")
      }
      #expect(await site.server.connectionCount == 1)
      if reads { #expect(try await client.receive(count: body.count) == body) }
      try await eventually("the connection is gone") {
        moment = moment + Self.limits.writePause + .seconds(1)
        await site.server.sweep(at: moment)
        return await site.server.connectionCount == 0
      }
      await client.close()
    }
  }

  /// An answer that is there already is not copied for a client that does not read it.
  @Test func aLongBodyWaitsInPieces() async throws {
    let body = (0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 / 4096) }
    try await withSite(routes: { $0.get("/body") { _ in Response(body: body) } }) { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", "/body")
      try await client.sendRequest("GET", "/hello")
      try await eventually("the queue is not empty") { await site.server.mostQueued > 0 }
      for _ in 1...20 { _ = try await site.server.settled() }
      #expect(await site.server.mostQueued <= 65 * 1024)
      #expect(try await client.response().body == body)
      #expect(try await client.response().text == "hello")
    }
  }

  @Test func whoReadsSlowlyGetsEverything() async throws {
    let size = 64 * 1024
    let count = 200
    try await withSite(
      routes: { routes in
        routes.get("/much") { _ in
          .stream { body in
            for number in 0..<count { try await body.write([UInt8](repeating: UInt8(number % 251), count: size)) }
          }
        }
      }
    ) { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 32 * 1024)
      try await client.send("GET /much HTTP/1.0\r\nHost: localhost\r\n\r\n")
      _ = try await client.head()
      for number in 0..<count {
        let bytes = try await client.receive(count: size)
        #expect(bytes == [UInt8](repeating: UInt8(number % 251), count: size))
      }
      #expect(try await client.receiveToEnd().bytes.isEmpty)
    }
  }

  /// The same for an answer that is there at once: it is the connection that waits, and that is dropped.
  @Test func aLargeAnswerIsDroppedToo() async throws {
    try await withSite(
      routes: { routes in
        routes.get("/large") { _ in Response(body: [UInt8](repeating: 1, count: 20_000_000)) }
      }
    ) { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", "/large")
      _ = try await client.head()
      try await site.server.dropWhoTakesNothing()
      try await site.expectQuiet()
      #expect(try await client.receiveToEnd().bytes.count < 20_000_000)
    }
  }

  /// A client that only asks and never reads is not listened to any more: what its answers cost is bounded, too.
  @Test func pipelinedRequestsOfWhoDoesNotReadAreNotRead() async throws {
    let size = 100_000
    try await withSite(
      routes: { routes in
        routes.get("/large") { _ in Response(body: [UInt8](repeating: 1, count: size)) }
      }
    ) { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      // Forty megabytes of answers.
      let request = "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n"
      try await client.send(String(repeating: request, count: 400))
      let queued = try await eventually("nothing moves any more") {
        let before = await site.server.mostQueued
        for _ in 1...20 { _ = try await site.server.settled() }
        let after = await site.server.mostQueued
        return before > 0 && before == after ? before : nil
      }
      #expect(queued < Self.limits.queueBytes + 2 * size)
      try await site.server.dropWhoTakesNothing()
      try await site.expectQuiet()
      await client.close()
    }
  }
}

extension Site {
  /// Waits until `/flood` finds no room, not even in the system's buffers; tells how much it has written.
  fileprivate func stalled() async throws -> Int {
    try await eventually("the writer waits") {
      let before = await notes.written
      for _ in 1...20 { _ = try await server.settled() }
      let after = await notes.written
      return before > 0 && before == after ? before : nil
    }
  }
}
