import TestSupport
import Testing

@Suite struct IMTests {
  @Test(arguments: Mounting.allCases)
  func aPollSaysWhatTheClientHas(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "im") { demo in
      for text in ["one", "two", "three"] { try await demo.emit("message", .string(text)) }
      try await demo.emit("greeting", ["to": "<b>", "loud": true, "times": 3])
      // Everything up to 1, and of the rest 3.
      let client = try await RawClient(port: demo.port)
      let poll = "GET /im?1|3&c=3 HTTP/1.1\r\nHost: localhost:\(demo.port)\r\n\r\n"
      try await client.send(poll)
      let answer = try await client.response()
      let news = try JSON(text: answer.text)
      #expect(news["messages"]?.array.map { $0["id"]?.number } == [2, 4])
      #expect(news["messages"]?.array.last?["data"] == ["to": "<b>", "loud": true, "times": 3])
      var transcript = Transcript()
      transcript.add(">", head: poll)
      transcript.add("<", head: answer.head.text)
      transcript.add("body", body: answer.body)
      let text = transcript.text.replacing(news["history"]?.string ?? "?", with: "<history>")
      try expectGolden(text.masked(.dates, .port(demo.port), .integer(after: "Content-Length: ")), "im")
    }
  }

  @Test func whatIsNotAcknowledgedComesAgain() async throws {
    try await withDemo { demo in
      try await demo.emit("message", "one")
      for _ in 1...2 { #expect(try await demo.poll("0|0") == [1]) }
      try await demo.emit("message", "two")
      #expect(try await demo.poll("0|1&c=1") == [2])
      #expect(try await demo.poll("0|1&c=2") == [1])
      #expect(try await demo.poll("0%7C1&c=1") == [2])
      #expect(try await demo.poll("") == [1, 2])
      // Who acknowledges what was never given is not one of ours.
      #expect(try await demo.poll("2|2&c=3") == [1, 2])
    }
  }

  @Test func anEmptyAnswerIsHeld() async throws {
    try await withDemo { demo in
      try await demo.emit("message", "one")
      let client = try await RawClient(port: demo.port)
      try await client.sendRequest("GET", "/im?0|1&c=1")
      _ = try await demo.get("/site.js")
      try await client.expectOpen()
      try await demo.emit("message", "two")
      let news = try JSON(text: try await client.response().text)
      #expect(news["messages"]?.array.map { $0["id"]?.number } == [2])
    }
  }

  @Test func whatIsSentAgainIsKeptOnce() async throws {
    try await withDemo { demo in
      let first = try await demo.post("/im", #"{"name":"message","data":"once","id":"a1"}"#)
      let second = try await demo.post("/im", #"{"name":"message","data":"once","id":"a1"}"#)
      #expect(first.status == 201)
      #expect(first.text == #"{"id":1,"name":"message","data":"once"}"#)
      #expect(second.text == first.text)
      #expect(try await demo.poll("0|0") == [1])
      // Somebody else may have had the same idea for an id; and null is none.
      for body in [
        #"{"name":"message","data":"other","id":"a1"}"#, #"{"name":"message","id":null}"#,
        #"{"name":"message","id":null}"#, #"{"name":"message","id":7}"#, #"{"name":"message","id":7}"#,
      ] { try await demo.post("/im", body) }
      #expect(try await demo.poll("0|0") == [1, 2, 3, 4, 5])
    }
  }

  /// The numbers are from a server that is no more, or from nowhere.
  @Test func versionsOfAnotherHistoryAreReset() async throws {
    try await withDemo { demo in
      for text in ["one", "two"] { try await demo.emit("message", .string(text)) }
      for query in ["7|9&c=9", "1|1&history=other", "2|2&c=1&history=other"] {
        let news = try JSON(text: try await demo.get("/im?\(query)").text)
        #expect(news["reset"] == 0, "\(query)")
        #expect(news["messages"]?.array.count == 2)
      }
    }
  }

  @Test(arguments: [
    "a|b", "1|", "|1", "1|2|3", "-1|0", "1|1e3", "99999999999999999999|1", "0|0&c=x", "0|0&c=1,,y", "0|0&c=-1",
  ])
  func refusesBadVersions(_ query: String) async throws {
    try await withDemo { demo in
      let answer = try await demo.get("/im?\(query)")
      #expect(answer.status == 400)
      #expect(answer.isOneLine)
    }
  }

  @Test(arguments: [
    ("", 400), ("{", 400), ("[]", 400), ("{}", 400), (#"{"data":1}"#, 400), (#"{"name":""}"#, 400),
    (#"{"name":7}"#, 400), (#"{"name":"message","id":[]}"#, 400), (#"{"name":"error"}"#, 400),
    (#"{"name":"reset"}"#, 400),
    ("{\"name\":\"message\",\"data\":\"\(String(repeating: "d", count: 65_537))\"}", 413),
  ])
  func refusesABadMessage(_ body: String, _ status: Int) async throws {
    try await withDemo { demo in
      let answer = try await demo.post("/im", body)
      #expect(answer.status == status)
      #expect(answer.isOneLine)
      try await demo.emit("message", "good")
      #expect(try await demo.poll("0|0") == [1])
    }
  }

  /// A poll costs what it carries, and that has a bound.
  @Test func anAnswerIsBounded() async throws {
    try await withDemo { demo in
      let long = String(repeating: "d", count: 3800)
      for _ in 1...20 { try await demo.emit("message", .string(long)) }
      let first = try await demo.poll("0|0")
      #expect(first == (1...17).map { Double($0) })
      #expect(try await demo.poll("17|17") == [18, 19, 20])
    }
  }

  @Test func anIdIsANumberOrAText() async throws {
    try await withDemo { demo in
      for (id, status) in [("7", 201), ("\"a\"", 201), ("null", 201), ("true", 400), ("[1]", 400), ("{}", 400)] {
        let answer = try await demo.post("/im", "{\"name\":\"a\",\"id\":\(id)}")
        #expect(answer.status == status, "\(id)")
      }
    }
  }
}

extension RunningDemo {
  /// Sends a message as the client object does.
  func emit(_ name: String, _ data: JSON) async throws {
    let answer = try await post("/im", try (["name": .string(name), "data": data] as JSON).text())
    #expect(answer.status == 201)
  }

  /// The ids that a poll is answered with.
  fileprivate func poll(_ query: String) async throws -> [Double?] {
    let answer = try await get("/im" + (query.isEmpty ? "" : "?\(query)"))
    #expect(answer.status == 200)
    return try JSON(text: answer.text)["messages"]?.array.map { $0["id"]?.number } ?? []
  }
}
