import Comet
import TestSupport
import Testing

@testable import CometDemo

@Suite struct MailTests {
  @Test(arguments: Mounting.allCases)
  func aHeldPollTellsOfTheMail(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "mail", tick: .seconds(3600)) { demo in
      let sid = try await demo.logIn()
      let poll = "GET /pns/poll?sid=\(sid)&comeFrom=1003 HTTP/1.1\r\nHost: localhost:\(demo.port)\r\n\r\n"
      let client = try await RawClient(port: demo.port)
      try await client.send(poll)
      // The server reads its clients in the order in which they came.
      _ = try await demo.get("/site.js")
      try await client.expectOpen()
      let delivered = try await demo.deliver("<b>Hello", to: sid)
      #expect(delivered.status == 201)

      let answer = try await client.response()
      var transcript = Transcript()
      transcript.add(">", head: poll)
      transcript.add("<", head: answer.head.text)
      transcript.add("body", body: answer.body)
      let text = transcript.text.replacing(sid, with: "<sid>")
      try expectGolden(text.masked(.dates, .port(demo.port), .integer(after: "Content-Length: ")), "mail")
    }
  }

  @Test func anAnswerWithoutMailSaysSo() async throws {
    try await withDemo(tick: .milliseconds(10)) { demo in
      let sid = try await demo.logIn()
      let start = ContinuousClock.now
      let answer = try JSON(text: try await demo.get("/pns/poll?sid=\(sid)&comeFrom=1003").text)
      #expect(answer["c"] == 0)
      #expect(answer["msg"] == .array([]))
      #expect(.now - start >= .milliseconds(100))
    }
  }

  @Test func mailBetweenTwoPollsIsNotLost() async throws {
    try await withDemo(tick: .seconds(3600)) { demo in
      let sid = try await demo.logIn()
      for subject in ["one", "two"] { try await demo.deliver(subject, to: sid) }
      let first = try JSON(text: try await demo.get("/pns/poll?sid=\(sid)&comeFrom=1003").text)
      #expect(first["c"] == 2)
      try await demo.deliver("three", to: sid)
      let second = try JSON(text: try await demo.get("/pns/poll?sid=\(sid)&comeFrom=1003").text)
      #expect(second["msg"]?.array.map { $0["subject"]?.string } == ["three"])
      // The answer before was lost on the way.
      let again = try JSON(text: try await demo.get("/pns/poll?sid=\(sid)&comeFrom=1003&after=1").text)
      #expect(again["msg"]?.array.map { $0["subject"]?.string } == ["two", "three"])
      // Somebody else's inbox is another.
      let other = try await demo.logIn()
      try await demo.deliver("for the other", to: other)
      let theirs = try JSON(text: try await demo.get("/pns/poll?sid=\(other)&comeFrom=1003").text)
      #expect(theirs["c"] == 1)
    }
  }

  @Test func aFailureHappensOnceAndLosesNoMail() async throws {
    try await withDemo(tick: .seconds(3600)) { demo in
      let sid = try await demo.logIn()
      try await demo.deliver("before", to: sid)
      let ordered = try await demo.trouble("fail", sid)
      #expect(ordered.status == 204)
      let failed = try await demo.get("/pns/poll?sid=\(sid)&comeFrom=1003&after=0")
      #expect(failed.status == 500)
      #expect(failed.isOneLine)
      let answer = try JSON(text: try await demo.get("/pns/poll?sid=\(sid)&comeFrom=1003&after=0").text)
      #expect(answer["msg"]?.array.map { $0["subject"]?.string } == ["before"])
    }
  }

  @Test func silenceLastsUntilTheClientLeaves() async throws {
    try await withDemo(tick: .milliseconds(1)) { demo in
      let sid = try await demo.logIn()
      try await demo.trouble("silence", sid)
      let client = try await RawClient(port: demo.port)
      try await client.sendRequest("GET", "/pns/poll?sid=\(sid)&comeFrom=1003")
      // Longer than a poll is held.
      try await Task.sleep(for: .milliseconds(100))
      try await client.expectOpen()
      await client.close()
      try await demo.waitForConnections(0)
    }
  }

  /// Whoever opens many sessions ends those that nobody waits for.
  @Test func aSessionThatIsWaitedForStays() async throws {
    try await withDemo(tick: .seconds(3600)) { demo in
      let sids = [try await demo.logIn(), try await demo.logIn()]
      let client = try await RawClient(port: demo.port)
      try await client.sendRequest("GET", "/pns/poll?sid=\(sids[0])&comeFrom=1003")
      for _ in 1...500 { _ = try await demo.logIn() }
      #expect(try await demo.deliver("hello", to: sids[1]).status == 403)
      #expect(try await demo.deliver("hello", to: sids[0]).status == 201)
      #expect(try JSON(text: try await client.response().text)["c"] == 1)
    }
  }

  /// Where somebody waits for each of them, a new one would be the one to end.
  @Test func aFullRoomRefuses() async throws {
    let room = MailRoom(mostSessions: 2)
    for _ in 1...2 {
      let session = try await room.session(try await room.open())
      spawn { _ = try? await session.next(after: 0, within: .patience) }
      try await eventually("somebody waits for it") { await session.polls == 1 }
    }
    await #expect(throws: RequestError.self) { try await room.open() }
  }

  @Test func anEndedSessionEndsItsPolls() async throws {
    try await withDemo(tick: .seconds(3600)) { demo in
      let sid = try await demo.logIn()
      let client = try await RawClient(port: demo.port)
      try await client.sendRequest("GET", "/pns/poll?sid=\(sid)&comeFrom=1003")
      _ = try await demo.get("/site.js")
      try await demo.trouble("expire", sid)
      let answer = try JSON(text: try await client.response().text)
      #expect(answer["errorCode"] != nil)
      let next = try await demo.get("/pns/poll?sid=\(sid)&comeFrom=1003")
      #expect(next.status == 403)
    }
  }

  @Test func refusesBadInput() async throws {
    try await withDemo(tick: .seconds(3600)) { demo in
      let sid = try await demo.logIn()
      for (path, status) in [
        ("/pns/poll", 400), ("/pns/poll?sid=&comeFrom=1003", 403), ("/pns/poll?sid=nobody&comeFrom=1003", 403),
        ("/pns/poll?sid=\(sid)&after=x", 400), ("/pns/poll?sid=\(sid)&after=-1", 400),
      ] {
        let answer = try await demo.get(path)
        #expect(answer.status == status, "\(path)")
        #expect(answer.isOneLine)
      }
      let long = String(repeating: "s", count: 65_537)
      for (path, body, status) in [
        ("/pns/deliver", "", 400), ("/pns/deliver", "{", 400), ("/pns/deliver", "{\"sid\":\"\(sid)\"}", 400),
        ("/pns/deliver", #"{"sid":"nobody","from":"Ann","subject":"Hello"}"#, 403),
        ("/pns/deliver", "{\"sid\":\"\(sid)\",\"from\":\"Ann\",\"subject\":\"\"}", 400),
        ("/pns/deliver", "{\"sid\":\"\(sid)\",\"from\":\"Ann\",\"subject\":\"\(long)\"}", 413),
        ("/pns/deliver", "{\"sid\":\"\(sid)\",\"from\":\"\(long.prefix(999))\",\"subject\":\"a\"}", 413),
        ("/pns/trouble", "{\"sid\":\"\(sid)\",\"kind\":\"fire\"}", 400),
        ("/pns/trouble", #"{"sid":"nobody","kind":"fail"}"#, 403),
      ] {
        let answer = try await demo.post(path, body)
        #expect(answer.status == status, "\(body.prefix(60))")
        #expect(answer.isOneLine)
      }
      // Nothing of it has come into the inbox.
      try await demo.deliver("good", to: sid)
      let answer = try JSON(text: try await demo.get("/pns/poll?sid=\(sid)&comeFrom=1003").text)
      #expect(answer["c"] == 1)
    }
  }
}

extension RunningDemo {
  /// Opens a session of the mail notification.
  fileprivate func logIn() async throws -> String {
    let answer = try await post("/pns/session")
    #expect(answer.status == 201)
    return try #require(try JSON(text: answer.text)["sid"]?.string)
  }

  @discardableResult
  fileprivate func deliver(_ subject: String, to sid: String) async throws -> RawResponse {
    try await post(
      "/pns/deliver", try (["sid": .string(sid), "from": "Ann", "subject": .string(subject)] as JSON).text())
  }

  @discardableResult
  fileprivate func trouble(_ kind: String, _ sid: String) async throws -> RawResponse {
    try await post("/pns/trouble", try (["sid": .string(sid), "kind": .string(kind)] as JSON).text())
  }
}
