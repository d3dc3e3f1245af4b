import TestSupport
import Testing

@Suite struct ChatTests {
  // MARK: As the article has it

  @Test(arguments: Mounting.allCases)
  func countsToSixInEvents(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "chat") { demo in
      let response = try await demo.expectGolden("chat", get: "/sse")
      #expect(response.chunks.count == 6)
      #expect(response.chunks.first?.text == "event: test1\ndata: {\"count\":1}\n\n")
    }
  }

  @Test func theFirstCountComesAtOnce() async throws {
    try await withDemo(tick: .seconds(3600)) { demo in
      let stream = try await EventStreamClient(port: demo.port, path: "/sse")
      let first = try await stream.next()
      #expect(first.event == "test1")
      #expect(first.data == #"{"count":1}"#)
    }
  }

  @Test(arguments: Mounting.allCases)
  func everyHeldPollGetsTheMessage(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "chat", tick: .seconds(3600)) { demo in
      let ask = "GET /test HTTP/1.1\r\nHost: localhost:\(demo.port)\r\n\r\n"
      var clients: [RawClient] = []
      for _ in 1...3 {
        let client = try await RawClient(port: demo.port)
        try await client.send(ask)
        clients.append(client)
      }
      // The server reads its clients in the order in which they came.
      _ = try await demo.get("/site.js")
      for client in clients { try await client.expectOpen() }

      let tell = """
        POST /message HTTP/1.1\r
        Host: localhost:\(demo.port)\r
        Content-Type: application/x-www-form-urlencoded\r
        Content-Length: 35\r
        \r
        message=%3Cb%3E+Gr%C3%BC%C3%9Fe&a=b
        """
      let teller = try await RawClient(port: demo.port)
      try await teller.send(tell)
      let done = try await teller.response()
      #expect(done.text == "done")
      var transcript = Transcript()
      transcript.add(">", head: ask)
      transcript.add(line: "meanwhile")
      transcript.add(">", head: String(tell.prefix { $0 != "%" }.dropLast("message=".count)))
      transcript.add("<", head: done.head.text)
      transcript.add("body", body: done.body)
      transcript.add(line: "then")
      for (index, client) in clients.enumerated() {
        let answer = try await client.response()
        #expect(answer.text == "<b> Grüße")
        guard index == 0 else { continue }
        transcript.add("<", head: answer.head.text)
        transcript.add("body", body: answer.body)
      }
      try expectGolden(transcript.text.masked(.dates, .port(demo.port)), "chat-test")
    }
  }

  // MARK: The room

  @Test func everyTransportReadsTheSameRoom() async throws {
    try await withDemo(.alone, "chat") { demo in
      let socket = try await WebSocketClient(port: demo.port, path: "/chat/messages")
      let reset = try JSON(text: try await socket.receiveText())
      let room = try #require(reset["reset"]?.string)
      #expect(reset["id"] == 0)
      let held = try await RawClient(port: demo.port)
      try await held.sendRequest("GET", "/chat/messages?room=\(room)&after=0&wait=20")
      let stream = try await EventStreamClient(port: demo.port, path: "/chat/messages?room=\(room)&after=0")

      try await socket.sendText(#"{"name":"Ann","text":"<b>","key":"k1"}"#)
      let said: JSON = ["id": 1, "name": "Ann", "text": "<b>", "key": "k1"]
      let overSocket = try JSON(text: try await socket.receiveText())
      let event = try await stream.next()
      let overStream = try JSON(text: event.data)
      let overPoll = try JSON(text: try await held.response().text)
      let later = try await demo.get("/chat/messages")
      let history = try JSON(text: later.text)
      #expect(overSocket == said)
      #expect(overStream == said)
      #expect(event.id == "1")
      #expect(overPoll == .array([said]))
      #expect(history == .array([reset, said]))
      #expect(later["Content-Type"] == "application/json")
    }
  }

  @Test func aStreamGoesOnAfterTheLastEventOfTheClient() async throws {
    try await withDemo { demo in
      for text in ["one", "two", "three"] { try await demo.say(text) }
      let first = try JSON(text: try await demo.get("/chat/messages").text).array[0]
      let room = try #require(first["reset"]?.string)
      let stream = try await EventStreamClient(
        port: demo.port, path: "/chat/messages?room=\(room)&after=0", lastEventID: "2")
      let event = try await stream.next()
      #expect(event.id == "3")
      // With a cursor of another room, everything comes again.
      let other = try await EventStreamClient(port: demo.port, path: "/chat/messages?room=other", lastEventID: "2")
      let ids = [try await other.next().id, try await other.next().id]
      #expect(ids == ["0", "1"])
    }
  }

  /// Connections are cut at random, and each time the next one may be of another kind.
  @Test func whoeverChangesBetweenTransportsHearsAllOnceAndInOrder() async throws {
    try await withDemo { demo in
      let reset = try JSON(text: try await demo.get("/chat/messages").text).array.first
      let room = try #require(reset?["reset"]?.string)
      try await withThrowingTaskGroup(of: [Int].self) { group in
        for _ in 1...20 { group.addTask { try await Self.listen(demo, room, until: 100) } }
        for number in 1...100 { try await demo.say("\(number)") }
        for try await heard in group { #expect(heard == Array(1...100)) }
      }
      try await demo.waitForConnections(0)
    }
  }

  private static func listen(_ demo: RunningDemo, _ room: String, until last: Int) async throws -> [Int] {
    var heard: [Int] = []
    func take(_ item: JSON) { heard.append(Int(item["id"]?.number ?? -1)) }
    while heard.last != last {
      let path = "/chat/messages?room=\(room)&after=\(heard.last ?? 0)"
      let few = heard.count + Int.random(in: 1...9)
      switch Int.random(in: 0...3) {
      case 0: try JSON(text: try await demo.get(path).text).array.forEach(take)
      case 1: try JSON(text: try await demo.get(path + "&wait=20").text).array.forEach(take)
      case 2:
        let stream = try await EventStreamClient(port: demo.port, path: path)
        while heard.count < few, heard.last != last { take(try JSON(text: try await stream.next().data)) }
        await stream.close()
      default:
        let socket = try await WebSocketClient(port: demo.port, path: path)
        while heard.count < few, heard.last != last { take(try JSON(text: try await socket.receiveText())) }
        await socket.raw.close()
      }
    }
    return heard
  }

  /// A client that gets no answer says it again.
  @Test func whatIsSentAgainIsSaidOnce() async throws {
    try await withDemo { demo in
      let first = try await demo.post("/chat/messages", #"{"name":"Ann","text":"once","key":"k"}"#)
      let second = try await demo.post("/chat/messages", #"{"name":"Ann","text":"once","key":"k"}"#)
      #expect(first.status == 201)
      #expect(second.text == first.text)
      let items = try JSON(text: try await demo.get("/chat/messages").text).array
      #expect(items.count == 2)
    }
  }

  @Test(arguments: [
    ("", 400), ("[]", 400), ("{", 400), (#"{"name":"Ann"}"#, 400), (#"{"text":"Hello"}"#, 400),
    (#"{"name":"","text":"Hello"}"#, 400), (#"{"name":"Ann","text":""}"#, 400), (#"{"name":1,"text":"Hello"}"#, 400),
    (#"{"name":" \u00a0","text":"Hello"}"#, 400),
    ("{\"name\":\"\(String(repeating: "n", count: 65))\",\"text\":\"Hello\"}", 400),
    ("{\"name\":\"Ann\",\"text\":\"\(String(repeating: "t", count: 65_537))\"}", 413),
    ("{\"name\":\"Ann\",\"text\":\"\(String(repeating: "t", count: 1 << 20))\"}", 413),
  ])
  func refusesABadMessage(_ body: String, _ status: Int) async throws {
    try await withDemo { demo in
      let answer = try await demo.post("/chat/messages", body)
      #expect(answer.status == status)
      #expect(answer.isOneLine)
      let items = try JSON(text: try await demo.get("/chat/messages").text).array
      #expect(items.count == 1)

      guard body.utf8.count < 100_000 else { return }
      let socket = try await WebSocketClient(port: demo.port, path: "/chat/messages")
      _ = try await socket.receiveText()
      try await socket.sendText(body)
      let refusal = try JSON(text: try await socket.receiveText())
      #expect(refusal["error"] != nil)
      // The socket is still good.
      try await socket.sendText(#"{"name":"Ann","text":"Hello"}"#)
      let said = try JSON(text: try await socket.receiveText())
      #expect(said["id"] == 1)
    }
  }

  @Test(arguments: ["after=x", "after=-1", "after=1e3", "after=", "after=99999999999999999999", "wait=long", "wait=-1"])
  func refusesABadQuery(_ query: String) async throws {
    try await withDemo { demo in
      let answer = try await demo.get("/chat/messages?\(query)")
      #expect(answer.status == 400)
      #expect(answer.isOneLine)
      guard query.hasPrefix("after") else { return }
      let stream = try await demo.get("/chat/messages?\(query)", fields: ["Accept": "text/event-stream"])
      #expect(stream.status == 400)
      let handshake = try await RawClient(port: demo.port).webSocketHandshake(path: "/chat/messages?\(query)")
      #expect(handshake.status == 400)
    }
  }

  @Test func refusesABadForm() async throws {
    try await withDemo { demo in
      let form = "application/x-www-form-urlencoded"
      for (type, body, status) in [
        (form, "text=Hello", 400), (form, "", 400), (form, "message=", 400), ("application/json", "{}", 415),
        (form, "message=" + String(repeating: "t", count: 65_537), 413),
      ] {
        let answer = try await RawResponse.request(
          "POST", "/message", port: demo.port, fields: ["Content-Type": type], body: body)
        #expect(answer.status == status, "\(body.prefix(20))")
        #expect(answer.isOneLine)
      }
      let items = try JSON(text: try await demo.get("/chat/messages").text).array
      #expect(items.count == 1)
    }
  }
}

extension RunningDemo {
  /// Sends a body to a path on a connection of its own.
  @discardableResult
  func post(_ path: String, _ body: String = "", fields: KeyValuePairs<String, String> = [:]) async throws
    -> RawResponse
  {
    try await RawResponse.request("POST", path, port: port, fields: fields, body: body)
  }

  /// Says something in the chat.
  func say(_ text: String, name: String = "Ann") async throws {
    let answer = try await post("/chat/messages", try (["name": .string(name), "text": .string(text)] as JSON).text())
    #expect(answer.status == 201)
  }
}

extension RawResponse {
  /// Whether the body is what a person can be told: one line of text.
  var isOneLine: Bool {
    self["Content-Type"] == "text/plain; charset=utf-8" && text.hasSuffix("\n") && text.count > 10
      && text.split(separator: "\n", omittingEmptySubsequences: false).count == 2
  }
}
