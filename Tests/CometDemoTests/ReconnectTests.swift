import TestSupport
import Testing

@Suite struct ReconnectTests {
  @Test(arguments: Mounting.allCases)
  func numbersMessagesAndAnswersHeartbeats(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "reconnect") { demo in
      let socket = try await WebSocketClient(port: demo.port, path: "/reconnect?history=&after=0")
      var transcript = Transcript()
      transcript.add("<", head: socket.handshake.text)
      let reset = try await socket.receiveText()
      let history = try #require(try JSON(text: reset)["data"]?.string)
      transcript.add(line: "< " + reset.replacing(history, with: "<history>"))
      for text in [
        #"{"name":"message","data":"<b>Hello","id":"a1"}"#, "", #"{"name":"error"}"#, "no JSON",
        #"{"name":"message"}"#,
      ] {
        try await socket.sendText(text)
        transcript.add(line: "> \(text)")
        transcript.add(line: "< " + (try await socket.receiveText()))
      }
      try expectGolden(transcript.text.masked(.dates, .port(demo.port)), "reconnect")
    }
  }

  @Test func aNewConnectionGoesOnWhereTheOldOneWas() async throws {
    try await withDemo { demo in
      let (first, history) = try await demo.connect()
      for text in ["one", "two"] {
        try await first.say(text)
        _ = try await first.receiveText()
      }
      await first.raw.close()
      let (other, _) = try await demo.connect()
      _ = try await (other.receiveText(), other.receiveText())
      try await other.say("three")
      _ = try await other.receiveText()
      let second = try await WebSocketClient(port: demo.port, path: "/reconnect?history=\(history)&after=2")
      let next = try JSON(text: try await second.receiveText())
      #expect(next["id"] == 3)
      #expect(next["data"] == "three")
    }
  }

  @Test func whatIsSentAgainIsKeptOnce() async throws {
    try await withDemo { demo in
      let (socket, _) = try await demo.connect()
      for _ in 1...2 { try await socket.say("once", mark: "a1") }
      try await socket.say("twice", mark: "a2")
      let ids = try await [socket.receiveText(), socket.receiveText()].map { try JSON(text: $0)["id"]?.number }
      #expect(ids == [1, 2])
    }
  }

  @Test func dropsTheConnectionOnce() async throws {
    try await withDemo { demo in
      let command = #"{"name":"drop","id":"d1"}"#
      let (first, _) = try await demo.connect()
      try await first.sendText(command)
      try await first.expectClose(code: 1012)
      // A client that queues what it sends says it again.
      let (second, _) = try await demo.connect()
      try await second.sendText(command)
      try await second.sendText("")
      #expect(try await second.receiveText() == "")
    }
  }

  @Test func silenceKeepsTheConnectionAndNothingElse() async throws {
    try await withDemo { demo in
      let (silent, _) = try await demo.connect()
      try await silent.sendText(#"{"name":"silence","id":"s1"}"#)
      try await silent.sendText("")
      try await silent.say("unheard")
      // The protocol's own ping is answered by the server, not by the demo.
      try await silent.send(frame: WebSocketFrame(WebSocketFrame.Opcode.ping, "still"))
      let pong = try await silent.receiveFrame()
      #expect(pong.opcode == WebSocketFrame.Opcode.pong)
      let (other, _) = try await demo.connect()
      try await other.say("heard")
      #expect(try JSON(text: try await other.receiveText())["data"] == "heard")
      try await silent.raw.expectOpen()
    }
  }

  @Test(arguments: ["after=x", "after=-1", "after="])
  func refusesABadCursor(_ query: String) async throws {
    try await withDemo { demo in
      let answer = try await RawClient(port: demo.port).webSocketHandshake(path: "/reconnect?\(query)")
      #expect(answer.status == 400 && answer.isOneLine)
    }
  }

  @Test func refusesALongMessage() async throws {
    try await withDemo { demo in
      let (socket, _) = try await demo.connect()
      try await socket.say(String(repeating: "m", count: 65_537))
      #expect(try JSON(text: try await socket.receiveText())["name"] == "error")
      try await socket.say("short")
      #expect(try JSON(text: try await socket.receiveText())["id"] == 1)
      try await socket.say(String(repeating: "m", count: 500_000))
      try await socket.expectClose(code: 1009)
    }
  }

  /// A command whose mark is a number is a command, too.
  @Test func aMarkMayBeANumber() async throws {
    try await withDemo { demo in
      let (socket, _) = try await demo.connect()
      try await socket.sendText(#"{"name":"drop","id":5}"#)
      try await socket.expectClose(code: 1012)
    }
  }
}

extension RunningDemo {
  /// Connects, and reads the reset that comes first; returns the history's name with the socket.
  fileprivate func connect() async throws -> (WebSocketClient, String) {
    let socket = try await WebSocketClient(port: port, path: "/reconnect")
    let reset = try JSON(text: try await socket.receiveText())
    #expect(reset["name"] == "reset")
    return (socket, reset["data"]?.string ?? "")
  }
}

extension WebSocketClient {
  fileprivate func say(_ text: String, mark: String? = nil) async throws {
    var message: [String: JSON] = ["name": "message", "data": .string(text)]
    message["id"] = mark.map { .string($0) }
    try await sendText(try JSON.object(message).text())
  }
}
