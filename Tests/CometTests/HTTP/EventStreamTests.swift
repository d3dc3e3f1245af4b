import Synchronization
import TestSupport
import Testing

@testable import Comet

/// Event streams that a handler writes, over real sockets (WHATWG HTML §9.2).
@Suite struct EventStreamTests {
  /// What the log was told of failures.
  final class Failures: Sendable {
    private let kept = Mutex<[String]>([])
    var all: [String] { kept.withLock { $0 } }
    func add(_ entry: LogEntry) { kept.withLock { $0 += entry.failure.map { [$0] } ?? [] } }
  }

  // MARK: Silence

  /// A comment each hour: however long the test itself takes, what is due is told by the test.
  static let hourly = Limits.with { $0.eventStreamComment = .seconds(3600) }

  /// An event stream is kept open by a comment, when it is due and not before; no other stream may get what its handler
  /// did not write.
  @Test func silenceIsBrokenByAComment() async throws {
    try await withSite(
      limits: Self.hourly,
      routes: { routes in
        routes.get("/events") { _ in
          .events { events in
            try await events.send("one", id: 1)
            try await sleep(for: .seconds(60))
          }
        }
        routes.get("/other") { _ in
          .stream { body in
            try await body.write("one")
            try await sleep(for: .seconds(60))
          }
        }
      }
    ) { site in
      let stream = try await EventStreamClient(port: site.port, path: "/events")
      #expect(try await stream.next().id == "1")
      let old = try await RawClient(port: site.port)
      try await old.send("GET /events HTTP/1.0\r\nHost: localhost\r\n\r\n")
      _ = try await old.head()
      #expect(try await old.receive(until: "\n\n") == "id: 1\ndata: one\n\n")
      let other = try await RawClient(port: site.port)
      try await other.sendRequest("GET", "/other")
      _ = try await other.head()
      #expect(try await other.nextChunk()?.text == "one")

      await site.server.sweep(at: .now + .seconds(3000))
      try await old.expectOpen()
      await site.server.sweep(at: .now + .seconds(3700))
      try await stream.nextComment()
      #expect(await stream.comments == 1)
      #expect(await stream.lastEventID == "1")
      #expect(try await old.receive(until: "\n\n") == ": \n\n")
      try await other.expectOpen()
    }
  }

  /// Nobody tells this server what is due: it looks by itself.
  @Test func silenceIsMeasuredByTheLimit() async throws {
    try await withSite(
      limits: .with { $0.eventStreamComment = .milliseconds(50) }, sweepsByItself: true,
      routes: { $0.get("/events") { _ in .events { _ in try await sleep(for: .seconds(60)) } } }
    ) { site in
      let stream = try await EventStreamClient(port: site.port, path: "/events")
      for _ in 1...3 { try await stream.nextComment() }
      await stream.close()
      try await site.expectQuiet()
    }
  }

  // MARK: Where a browser goes on

  @Test(
    arguments: [
      ("", nil), ("Last-Event-ID: \r\n", nil), ("Last-Event-ID: 7\r\n", 7), ("last-event-id:  0007 \r\n", 7),
      ("Last-Event-ID: 0\r\n", 0), ("Last-Event-ID: seven\r\n", nil), ("Last-Event-ID: -1\r\n", nil),
      ("Last-Event-ID: +1\r\n", nil), ("Last-Event-ID: 1.5\r\n", nil), ("Last-Event-ID: 1e3\r\n", nil),
      ("Last-Event-ID: 0x10\r\n", nil), ("Last-Event-ID: \u{0667}\r\n", nil),
      ("Last-Event-ID: 9007199254740992\r\n", 1 << 53), ("Last-Event-ID: 9007199254740993\r\n", nil),
      ("Last-Event-ID: 9223372036854775807\r\n", nil), ("Last-Event-ID: 99999999999999999999\r\n", nil),
      ("Last-Event-ID: 1, 2\r\n", nil),
    ] as [(String, Int?)])
  func theLastIDIsANumberOrNone(field: String, expected: Int?) async throws {
    try await withSite(routes: { routes in
      routes.get("/id") { request in
        .events { events in
          try await events.send("\(request.lastEventID ?? -1)", id: (request.lastEventID ?? 0) + 1)
        }
      }
    }) { site in
      let client = try await RawClient(port: site.port)
      try await client.send("GET /id HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n")
      let answer = try await client.response()
      #expect(answer.text == "id: \((expected ?? 0) + 1)\ndata: \(expected ?? -1)\n\n")
    }
  }

  /// Whichever of two counts, the program goes on.
  @Test func twoLastIDsDoNoHarm() async throws {
    try await withSite(routes: { routes in
      routes.get("/id") { request in .events { try await $0.send("\(request.lastEventID ?? -1)") } }
    }) { site in
      let client = try await RawClient(port: site.port)
      try await client.send("GET /id HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 1\r\nLast-Event-ID: 2\r\n\r\n")
      let answer = try await client.response()
      #expect(["data: 1\n\n", "data: 2\n\n", "data: -1\n\n"].contains(answer.text))
    }
  }

  // MARK: Injection

  @Test(arguments: ["a\rdata: x", "a\ndata: x", "a\r\ndata: x", "a\n\nevent: e\rid: 9\r\nretry: 1"])
  func dataStaysData(data: String) async throws {
    try await withSite(routes: { routes in
      routes.get("/inject") { _ in .events { try await $0.send(data, event: "e", id: 1) } }
    }) { site in
      let stream = try await EventStreamClient(port: site.port, path: "/inject")
      let lines = data.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
      #expect(try await stream.rest() == [ServerEvent(id: "1", event: "e", data: lines)])
      #expect(await stream.retry == nil)
    }
  }

  @Test(arguments: [
    ("e\rdata: x", "1"), ("e\ndata: x", "1"), ("e", "1\ndata: x"), ("e", "1\rdata: x"), ("e", "\u{0}"),
    ("e\r\n", "1"), ("e", "1\r\n\r\ndata: x"),
  ])
  func aLineBreakElsewhereCutsTheStream(event: String, id: String) async throws {
    let failures = Failures()
    try await withSite(
      log: { failures.add($0) },
      routes: { routes in
        routes.get("/inject") { _ in
          .events { events in
            try await events.send("before")
            try await events.send("never", event: event, id: id)
            try await events.send("never")
          }
        }
      }
    ) { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/inject")
      _ = try await client.head()
      #expect(try await client.nextChunk()?.text == "data: before\n\n")
      // Cut: without the last chunk, so that it does not look whole.
      let (rest, end) = try await client.receiveToEnd()
      #expect(rest.isEmpty && end == .finished)
      #expect(failures.all.count == 1 && failures.all[0].contains("cut"), "\(failures.all)")
    }
  }

  // MARK: Back-pressure

  /// A reader that does not read suspends its own handler; its queue is bounded, and nobody else waits.
  @Test func aReaderThatDoesNotReadSuspendsItsHandler() async throws {
    let notes = HandlerNotes()
    try await withSite(routes: { routes in
      routes.get("/flood-of-events") { _ in
        .events { events in
          let text = String(repeating: "x", count: 16 * 1024)
          try await notes.watch {
            while true {
              try await events.send(text)
              notes.written += text.utf8.count
            }
          }
        }
      }
    }) { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", "/flood-of-events")
      _ = try await client.head()
      let stalled = try await eventually("the writer waits") { () -> Int? in
        let before = await notes.written
        for _ in 1...20 { _ = try await RawResponse.get("/hello", port: site.port) }
        let after = await notes.written
        return before > 64 * 1024 && before == after ? before : nil
      }
      #expect(stalled < SlowReaderTests.mostBytes)
      _ = try await client.receive(count: stalled / 2)
      await client.close()
      try await eventually("the handler is gone") { await notes.running == 0 }
    }
  }

  /// A handler that never sleeps is told by its next write that the server stops, also when its client reads on.
  @Test(arguments: ["/flood", "/busy"])
  func aHandlerThatOnlyWritesEndsWithTheServer(path: String) async throws {
    let notes = HandlerNotes()
    try await withSite(
      limits: .with { $0.stopTime = .patience * 2 },
      routes: { routes in
        routes.get("/busy") { _ in
          .events { events in
            try await notes.watch {
              while true {
                try await events.send("x")
                await Task.yield()
              }
            }
          }
        }
      }
    ) { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", path)
      _ = try await client.head()
      _ = try await client.receive(count: 1000)
      let stop = Task { await site.server.stop() }
      let (bytes, end) = try await client.receiveToEnd()
      #expect(end == .finished && Array(bytes.suffix(5)) == Array("0\r\n\r\n".utf8))
      await client.close()
      await stop.value
      try await eventually("the handlers are gone") {
        let (one, other) = await (notes.running, site.notes.running)
        return one + other == 0
      }
    }
  }
}
