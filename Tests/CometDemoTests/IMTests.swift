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

/// The client object in a browser.
@Suite(.opensPages, .enabled(if: Browser.isInstalled || isCI, "\(Browser.missingMessage)"))
struct IMPageTests {
  @Test func losesAndDoublesNothing() async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      try await withPage(demo.url("/im.html")) { page in
        let markup = "<img src=x onerror=\"window.injected=1\">"
        try await demo.emit("message", .string(markup))
        try await page.waitForLines(1)
        // A trouble is marked from its button until it has happened.
        try await page.click("#lose")
        #expect(try await page.pressed() == ["lose"])
        try await demo.emit("greeting", "an answer is lost")
        try await page.waitForLines(2)
        #expect(try await page.pressed() == [])
        try await page.click("#unheard")
        #expect(try await page.pressed() == ["unheard"])
        try await page.type("#text", "a confirmation is lost")
        try await page.click("#send")
        try await page.waitForLines(3)
        // What its object sends again, the server knows.
        try await eventually("it is sent again") { demo.log.requests.count { $0.hasPrefix("POST /im") } >= 4 }
        try await demo.emit("farewell", "end")
        try await page.waitForLines(4)
        #expect(try await page.pressed() == [])
        let lines = try await page.lines()
        #expect(lines.count == 4)
        for (line, words) in zip(lines, ["message 1", "greeting 2", "message 3", "farewell 4"]) {
          #expect(line.contains(words), "\(lines)")
        }
        let injected = try await page.execute("return window.injected === 1 || !!document.querySelector('#log img')")
        #expect(injected == .bool(false))
      }
    }
  }

  /// What is not sent yet waits for the next start.
  @Test func asksNothingWhenItIsStopped() async throws {
    try await withDemo { demo in
      try await withPage(demo.url("/im.html")) { page in
        try await page.execute(
          """
          window.asked = { GET: 0, POST: 0 };
          const fail = (address, init) => {
            asked[init.method || 'GET']++;
            return Promise.reject(new Error('away'));
          };
          window.other = im('/im', { firstWait: 5, longestWait: 5, fetch: fail });
          other.start().emit('message', 'hello');
          """)
        try await page.waitUntil("some attempts", "asked.GET > 3 && asked.POST > 3")
        let others = try await page.execute(
          """
          other.stop();
          const before = asked.GET + asked.POST;
          return new Promise((resolve) => setTimeout(() => {
            resolve(asked.GET + asked.POST - before);
            asked = { GET: 0, POST: 0 };
            other.start();
          }, 100));
          """)
        #expect(others == 0)
        try await page.waitUntil("it goes on", "asked.GET > 3 && asked.POST > 3")
        try await page.execute("other.stop()")
      }
    }
  }

  /// What is no JSON is the caller's mistake at once, and holds up no other message.
  @Test func refusesWhatIsNoJSON() async throws {
    try await withDemo { demo in
      try await withPage(demo.url("/im.html")) { page in
        let error = try await page.execute(
          """
          window.other = im('/im').start();
          try { other.emit('message', 1n); } catch (error) { other.emit('message', 'after'); return error.name; }
          """)
        #expect(error == "TypeError")
        try await page.waitForLines(1)
        try await page.execute("other.stop()")
      }
    }
  }

  @Test func goesOnWithANewServer() async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      try await withPage(demo.url("/im.html")) { page in
        for text in ["one", "two"] { try await demo.emit("message", .string(text)) }
        try await page.waitForLines(2)
        await demo.server.stop()
        try await page.type("#text", "meanwhile")
        try await page.click("#send")
        try await demo.startAgain()
        for text in ["three", "four", "five"] { try await demo.emit("message", .string(text)) }
        try await page.waitForLines(6)
        let lines = try await page.lines()
        for text in ["one", "two", "three", "four", "five", "meanwhile"] {
          #expect(lines.count { $0.contains(text) } == 1, "\(lines)")
        }
      }
    }
  }
}

extension Browser {
  /// The buttons of troubles that are still to happen, by their ids.
  func pressed() async throws -> [String] {
    try await execute("return [...document.querySelectorAll('[aria-pressed=true]')].map((button) => button.id)")
      .array.compactMap(\.string)
  }
}

extension RunningDemo {
  fileprivate func emit(_ name: String, _ data: JSON) async throws {
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
