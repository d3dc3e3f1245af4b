import TestSupport
import Testing

@testable import Comet

/// A long poll that no task waits for.
@Suite struct HeldPollTests {
  @Test func getsAllOfOneTurnAndTheNextCursor() async throws {
    try await withBus { site in
      let client = try await RawClient(port: site.port, deadline: .seconds(10))
      try await client.sendRequest("GET", "/poll?after=0")
      try await site.waitForReaders(1)
      await site.publish("a", "b", "c")
      #expect(try await client.response().text == "[1, 2, 3] next 3")
      // The connection is there for the next one; what is there already is answered at once.
      #expect(try await client.request("GET", "/poll?after=1").text == "[2, 3] next 3")
      try await client.sendRequest("GET", "/poll")
      try await site.waitForReaders(1)
      await site.publish("d")
      #expect(try await client.response().text == "[4] next 4")
      await client.close()
      try await site.expectQuiet()
    }
  }

  @Test(arguments: ["0", "0.02"])
  func anEmptyAnswerEndsTheWait(seconds: String) async throws {
    try await withBus { site in
      let client = try await RawClient(port: site.port, deadline: .seconds(10))
      for _ in 1...3 { #expect(try await client.request("GET", "/poll?wait=\(seconds)").text == "[] next 0") }
      #expect(await site.feed.bus.readerCount == 0)
    }
  }

  @Test func aCursorThatIsTooOldIsReset() async throws {
    try await withBus(history: 2) { site in
      await site.publish("a", "b", "c", "d", "e")
      for cursor in [0, 2, 6, 1000] {
        let answer = try await RawResponse.get("/poll?after=\(cursor)", port: site.port)
        #expect(answer.text == "[4, 5] next 5 reset")
      }
    }
  }

  @Test func aHeadRequestIsHeldToo() async throws {
    try await withBus { site in
      let client = try await RawClient(port: site.port, deadline: .seconds(10))
      try await client.sendRequest("HEAD", "/poll?after=0")
      try await site.waitForReaders(1)
      await site.publish("a")
      let answer = try await client.response(toHEAD: true)
      #expect(answer.status == 200 && answer["Content-Length"] == "\("[1] next 1".utf8.count)")
      #expect(try await client.request("GET", "/hello").text == "hello")
    }
  }

  @Test func anOldClientIsAnsweredAndSentHome() async throws {
    try await withBus { site in
      let client = try await RawClient(port: site.port, deadline: .seconds(10))
      try await client.send("GET /poll?after=0 HTTP/1.0\r\nHost: localhost\r\n\r\n")
      try await site.waitForReaders(1)
      await site.publish("a")
      #expect(try await client.response().text == "[1] next 1")
      #expect(try await client.receiveToEnd().end == .finished)
      await client.close()
      try await site.expectQuiet()
    }
  }

  /// What was asked behind a held poll waits for its turn, and is not lost.
  @Test func whatIsPipelinedBehindItIsAnsweredAfterIt() async throws {
    try await withBus { site in
      let client = try await RawClient(port: site.port, deadline: .seconds(10))
      for path in ["/hello", "/poll?after=0", "/hello", "/poll?after=1", "/poll?after=0"] {
        try await client.sendRequest("GET", path)
      }
      #expect(try await client.response().text == "hello")
      try await site.waitForReaders(1)
      await site.publish("a")
      #expect(try await client.response().text == "[1] next 1")
      #expect(try await client.response().text == "hello")
      try await site.waitForReaders(1)
      await site.publish("b")
      #expect(try await client.response().text == "[2] next 2")
      #expect(try await client.response().text == "[1, 2] next 2")
    }
  }

  /// A message that comes while a handler is on its way to its poll is not missed.
  @Test func aPollThatWasMadeBeforeTheMessageHasIt() async throws {
    try await withBus(routes: { routes, feed in
      routes.get("/late") { _ in
        let response = try Response.next(of: feed.bus, after: 0, within: .seconds(60)) { .text("\($0.cursor)") }
        try await sleep(for: .milliseconds(1))
        feed.bus.publish("a")
        try await sleep(for: .milliseconds(1))
        return response
      }
    }) { site in
      let answer = try await RawResponse.get("/late", port: site.port, within: .seconds(10))
      #expect(answer.text == "1")
    }
  }

  /// What an answer's closure throws is answered like what a handler throws.
  @Test func anAnswerThatFailsIsAnError() async throws {
    try await withBus(routes: { routes, feed in
      routes.get("/fail") { request in
        try .next(of: feed.bus, after: request.cursor, within: .milliseconds(10)) { batch in
          if batch.messages.isEmpty { throw RequestError(.notFound, "Nothing.") }
          throw Failure()
        }
      }
    }) { site in
      let client = try await RawClient(port: site.port, deadline: .seconds(10))
      #expect(try await client.request("GET", "/fail").status == 404)
      await site.publish("a")
      #expect(try await client.request("GET", "/fail?after=0").status == 500)
      #expect(try await client.request("GET", "/hello").status == 200)
    }
  }

  /// An answer may hold the client again: it is another poll.
  @Test func anAnswerMayBeAnotherPoll() async throws {
    try await withBus(routes: { routes, feed in
      routes.get("/two") { _ in
        try .next(of: feed.bus, after: 0) { first in
          try .next(of: feed.bus, after: first.cursor) { .text("\(first.cursor) then \($0.cursor)") }
        }
      }
    }) { site in
      let client = try await RawClient(port: site.port, deadline: .seconds(10))
      try await client.sendRequest("GET", "/two")
      try await site.waitForReaders(1)
      await site.publish("a")
      try await client.expectOpen()
      try await site.waitForReaders(1)
      await site.publish("b")
      #expect(try await client.response().text == "1 then 2")
      #expect(await site.feed.bus.readerCount == 0)
    }
  }
}
