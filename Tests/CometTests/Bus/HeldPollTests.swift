import TestSupport
import Testing

@testable import Comet

/// A long poll that no task waits for.
@Suite struct HeldPollTests {
  @Test func getsAllOfOneTurnAndTheNextCursor() async throws {
    try await withBus { site in
      let client = try await RawClient(port: site.port)
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

  @Test func anEmptyAnswerEndsTheWait() async throws {
    try await withBus { site in
      let client = try await RawClient(port: site.port)
      for _ in 1...3 { #expect(try await client.request("GET", "/poll?wait=0").text == "[] next 0") }
      for _ in 1...3 {
        let start = Moment.now
        try await client.sendRequest("GET", "/poll?wait=60")
        try await site.waitForReaders(1)
        await site.server.sweep(at: start + .seconds(59))
        try await client.expectOpen()
        await site.server.sweep(after: .seconds(60), since: .now)
        #expect(try await client.response().text == "[] next 0")
      }
      #expect(await site.feed.bus.readerCount == 0)
    }
  }

  /// What a handler sets on an answer counts whether that is held or not.
  @Test(arguments: [false, true])
  func keepsTheFieldsOfTheHandler(isHeld: Bool) async throws {
    try await withBus(routes: { routes, feed in
      routes.get("/mine", cors: CORS(origins: ["https://page.example"])) { _ in
        var list = Response.list(of: feed, after: 0, within: .seconds(60))
        list.fields.set("Cache-Control", "private")
        list.fields.set("X-Mine", "1")
        return list
      }
      routes.get("/both") { _ in
        var answer = try Response.next(of: feed.bus, after: 0) { _ in Response(fields: ["Set-Cookie": "a=1"]) }
        answer.fields.append("Set-Cookie", "b=2")
        answer.status = .created
        return answer
      }
    }) { site in
      if !isHeld { await site.publish("a") }
      let client = try await RawClient(port: site.port)
      let other = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/mine", fields: ["Origin": "https://page.example"])
      try await other.sendRequest("GET", "/both")
      if isHeld {
        try await site.waitForReaders(2)
        await site.publish("a")
      }
      let both = try await other.response()
      #expect(both.status == 201)
      #expect(both.fields.filter { $0.name == "Set-Cookie" }.map(\.value).sorted() == ["a=1", "b=2"])
      let answer = try await client.response()
      #expect(answer.status == 200 && answer.text == "[1 a]")
      for (name, value) in [
        ("Cache-Control", "private"), ("X-Mine", "1"), ("Access-Control-Allow-Origin", "https://page.example"),
      ] {
        #expect(answer.fields.filter { $0.name == name }.map(\.value) == [value], "\(name)")
      }
    }
  }

  /// The list of a feed, for a client that says which one it has.
  @Test func aListIsHeldAndKnownByItsTag() async throws {
    try await withBus(routes: { routes, feed in
      routes.get("/list") { request in
        .list(of: feed, after: request.cursor ?? 0, within: .patience * 2, known: request.fields.all("if-none-match"))
      }
    }) { site in
      let client = try await RawClient(port: site.port)
      let (empty, tag) = ("\"\(site.feed.bus.name)-0-0\"", "\"\(site.feed.bus.name)-0-2\"")
      for (known, status, body) in [("", 200, "[]"), ("If-None-Match: \(empty)\r\n", 304, "")] {
        try await client.send("GET /list HTTP/1.1\r\nHost: localhost\r\n\(known)\r\n")
        try await site.waitForReaders(1)
        await site.server.sweep(after: .patience * 2, since: .now)
        let answer = try await client.response()
        #expect(answer.status == status && answer.text == body && answer["ETag"] == empty)
      }
      // What is new is not what it has.
      try await client.send("GET /list HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \(empty)\r\n\r\n")
      try await site.waitForReaders(1)
      await site.publish("a", "b")
      let news = try await client.response()
      #expect(news.status == 200 && news.text == "[1 a,2 b]" && news["ETag"] == tag)
      // What is there already is not held, but may be known.
      try await client.send(
        "GET /list HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"x\"\r\nIf-None-Match: \(tag)\r\n\r\n")
      #expect(try await client.response().status == 304)
      #expect(try await client.request("GET", "/list?after=1").text == "[2 b]")
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
      let client = try await RawClient(port: site.port)
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
      let client = try await RawClient(port: site.port)
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
      let client = try await RawClient(port: site.port)
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
      let answer = try await RawResponse.get("/late", port: site.port)
      #expect(answer.text == "1")
    }
  }

  /// What an answer's closure throws is answered like what a handler throws.
  @Test func anAnswerThatFailsIsAnError() async throws {
    try await withBus(routes: { routes, feed in
      routes.get("/fail") { request in
        try .next(of: feed.bus, after: request.cursor, within: .patience * 2) { batch in
          if batch.messages.isEmpty { throw RequestError(.notFound, "Nothing.") }
          throw Failure()
        }
      }
    }) { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/fail")
      try await site.waitForReaders(1)
      await site.server.sweep(after: .patience * 2, since: .now)
      #expect(try await client.response().status == 404)
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
      let client = try await RawClient(port: site.port)
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
