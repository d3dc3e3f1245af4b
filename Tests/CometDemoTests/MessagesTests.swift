import Comet
import TestSupport
import Testing

@Suite struct MessagesTests {
  private static let path = "/api/messages"

  @Test(arguments: Mounting.allCases)
  func listsWhatComesAfterACursor(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "messages") { demo in
      let first = try await demo.post(Self.path, #"{"data":"<b>one"}"#)
      #expect(first.status == 201)
      #expect(try JSON(text: first.text) == ["id": 1, "name": "message", "data": "<b>one"])
      try await demo.post(Self.path, #"{"name":"weather","data":{"wind":[3,true,null]}}"#)

      let client = try await RawClient(port: demo.port)
      let ask = "GET \(Self.path)?after=1 HTTP/1.1\r\nHost: localhost:\(demo.port)\r\n\r\n"
      try await client.send(ask)
      let answer = try await client.response()
      let list: JSON = [["id": 2, "name": "weather", "data": ["wind": [3, true, .null]]]]
      #expect(try JSON(text: answer.text) == list)
      let tag = try #require(answer["ETag"])
      let again = "GET \(Self.path)?after=1 HTTP/1.1\r\nHost: localhost:\(demo.port)\r\nIf-None-Match: \(tag)\r\n\r\n"
      try await client.send(again)
      let unchanged = try await client.response()
      #expect(unchanged.status == 304)
      var transcript = Transcript()
      transcript.add(">", head: ask)
      transcript.add("<", head: answer.head.text)
      transcript.add("body", body: answer.body)
      transcript.add(">", head: again)
      transcript.add("<", head: unchanged.head.text)
      try expectGolden(
        transcript.text.replacing(tag, with: "<tag>").masked(.dates, .port(demo.port)), "messages")

      try await demo.post(Self.path, #"{"data":"three"}"#)
      #expect(try await client.request("GET", "\(Self.path)?after=1", fields: ["If-None-Match": tag]).status == 200)
      let all = try JSON(text: try await demo.get(Self.path).text)
      #expect(all.array.map { $0["id"]?.number } == [1, 2, 3])
    }
  }

  @Test func holdsAnEmptyAnswer() async throws {
    try await withDemo { demo in
      let start = ContinuousClock.now
      let empty = try await demo.get("\(Self.path)?after=0&wait=0.2")
      #expect(empty.text == "[]")
      #expect(.now - start >= .milliseconds(200))

      let client = try await RawClient(port: demo.port)
      try await client.sendRequest("GET", "\(Self.path)?after=0&wait=20")
      _ = try await demo.get("/site.js")
      try await client.expectOpen()
      try await demo.post(Self.path, #"{"data":"news"}"#)
      let news = try JSON(text: try await client.response().text)
      #expect(news == [["id": 1, "name": "message", "data": "news"]])
    }
  }

  @Test func everyTransportReadsTheSame() async throws {
    try await withDemo { demo in
      for text in ["one", "two"] { try await demo.post(Self.path, #"{"data":"\#(text)"}"#) }
      let stream = try await EventStreamClient(port: demo.port, path: "\(Self.path)?after=0", lastEventID: "1")
      let socket = try await WebSocketClient(port: demo.port, path: "\(Self.path)?after=1")
      let event = try await stream.next()
      #expect(event.id == "2")
      #expect(event.data == (try await socket.receiveText()))

      // What a socket says is posted for everybody.
      try await socket.sendText(#"{"name":"greeting","data":"from the socket"}"#)
      let said = try JSON(text: try await socket.receiveText())
      #expect(said == ["id": 3, "name": "greeting", "data": "from the socket"])
      #expect(try JSON(text: try await stream.next().data) == said)
      #expect(try JSON(text: try await demo.get("\(Self.path)?after=2").text) == [said])
    }
  }

  @Test func aCursorOlderThanTheHistoryIsReset() async throws {
    try await withDemo { demo in
      let poster = try await WebSocketClient(port: demo.port, path: Self.path)
      for number in 1...1003 {
        try await poster.sendText("{\"data\":\(number)}")
        _ = try await poster.receiveText()
      }
      for cursor in [0, 2, 5000] {
        let list = try JSON(text: try await demo.get("\(Self.path)?after=\(cursor)").text).array
        #expect(list.first?["id"] == 3)
        #expect(list.first?["name"] == "reset")
        #expect(list.count == 1001)
        #expect(list.dropFirst().first?["id"] == 4)
      }
      let stream = try await EventStreamClient(port: demo.port, path: "\(Self.path)?after=1")
      let ids = [try await stream.next().id, try await stream.next().id]
      #expect(ids == ["3", "4"])
      let socket = try await WebSocketClient(port: demo.port, path: "\(Self.path)?after=1")
      #expect(try JSON(text: try await socket.receiveText())["name"] == "reset")
      #expect(try JSON(text: try await demo.get("\(Self.path)?after=3").text).array.count == 1000)
    }
  }

  /// The numbers begin anew with the server, so a cursor of another run may look like one of this.
  @Test func aCursorOfAnotherHistoryIsReset() async throws {
    try await withDemo { demo in
      for text in ["one", "two", "three"] { try await demo.post(Self.path, "{\"data\":\"\(text)\"}") }
      let first = try JSON(text: try await demo.get("\(Self.path)?history=&after=2").text).array
      #expect(first.map { $0["id"]?.number } == [0, 1, 2, 3])
      #expect(first.first?["name"] == "reset")
      let name = try #require(first.first?["data"]?.string)

      let known = try JSON(text: try await demo.get("\(Self.path)?history=\(name)&after=2").text).array
      #expect(known.map { $0["id"]?.number } == [3])
      // Not held: that all is new is news.
      let held = try JSON(text: try await demo.get("\(Self.path)?history=other&after=3&wait=20").text).array
      #expect(held == first)
      let stream = try await EventStreamClient(port: demo.port, path: "\(Self.path)?history=other", lastEventID: "3")
      #expect(try JSON(text: try await stream.next().data) == first[0])
      let socket = try await WebSocketClient(port: demo.port, path: "\(Self.path)?history=other&after=3")
      #expect(try JSON(text: try await socket.receiveText()) == first[0])
    }
  }

  @Test(arguments: [
    "after=1&after=2", "wait=1&wait=2", "history=a&history=b", "after=x", "after=-1", "after=1e3", "after=",
    "wait=long", "wait=-1", "wait=nan", "wait=1e1", "wait=0x1", "wait=.", "wait=",
  ])
  func refusesABadQuery(_ query: String) async throws {
    try await withDemo { demo in
      let answer = try await demo.get("\(Self.path)?\(query)")
      #expect(answer.status == 400)
      #expect(answer.isOneLine)
      guard !query.hasPrefix("wait") else { return }
      let stream = try await demo.get("\(Self.path)?\(query)", fields: ["Accept": "text/event-stream"])
      #expect(stream.status == 400)
      let handshake = try await RawClient(port: demo.port).webSocketHandshake(path: "\(Self.path)?\(query)")
      #expect(handshake.status == 400)
    }
  }

  @Test(arguments: [
    ("", 400), ("{", 400), ("[]", 400), ("{}", 400), (#"{"name":"message"}"#, 400), (#"{"name":7,"data":1}"#, 400),
    (#"{"name":"reset","data":1}"#, 400), (#"{"name":"","data":1}"#, 400),
    ("{\"name\":\"\(String(repeating: "n", count: 65))\",\"data\":1}", 400),
    ("{\"data\":\"\(String(repeating: "d", count: 65_537))\"}", 413),
  ])
  func refusesABadMessage(_ body: String, _ status: Int) async throws {
    try await withDemo { demo in
      let answer = try await demo.post(Self.path, body)
      #expect(answer.status == status)
      #expect(answer.isOneLine)
      let socket = try await WebSocketClient(port: demo.port, path: Self.path)
      try await socket.sendText(body)
      if status == 413 {
        try await socket.expectClose(code: 1009)
      } else {
        let refusal = try JSON(text: try await socket.receiveText())
        #expect(refusal["error"] != nil)
      }
      #expect(try await demo.get(Self.path).text == "[]")
    }
  }
}

/// The four ways at once, in a browser.
@Suite(.opensPages, .enabled(if: Browser.isInstalled || isCI, "\(Browser.missingMessage)"))
struct MessagesPageTests {
  @Test func readsInFourWaysAtOnceAndAgainAfterARestart() async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      try await withPage(demo.url("/messages.html")) { page in
        let markup = "<img src=x onerror=\"window.injected=1\">"
        try await page.waitUntil("all ways", "/4 of 4/.test(document.getElementById('status').textContent)")
        for way in ["post", "socket"] {
          try await page.click("input[value=\(way)]")
          try await page.type("#text", "\(way) \(markup)")
          try await page.click("#send")
        }
        try await page.waitForLines(8)
        await demo.server.stop()
        try await page.waitUntil(
          "that the page notices", "/0 of 4/.test(document.getElementById('status').textContent)")
        for way in ["post", "socket"] {
          try await page.click("input[value=\(way)]")
          try await page.execute("document.getElementById('text').value = ''")
          try await page.type("#text", "not sent by \(way)")
          try await page.click("#send")
          try await page.waitUntil("the text stays", "document.getElementById('text').value === 'not sent by \(way)'")
          #expect(try await page.text("#unsent").hasPrefix("Not sent"))
        }
        try await demo.startAgain()
        try await demo.post("/api/messages", #"{"data":"a new server"}"#)
        try await page.waitForLines(12)
        let lines = try await page.lines()
        for name in ["short polling", "long polling", "server-sent events", "WebSocket"] {
          #expect(lines.count { $0.hasSuffix("by \(name)") } == 3, "\(lines)")
        }
        let injected = try await page.execute("return window.injected === 1 || !!document.querySelector('#log img')")
        #expect(injected == .bool(false))
      }
    }
  }
}
