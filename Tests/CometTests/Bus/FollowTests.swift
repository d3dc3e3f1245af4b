import TestSupport
import Testing

@testable import Comet

/// Event streams and WebSockets that follow a feed.
@Suite struct FollowTests {
  @Test func allTransportsGetEachMessageOnce() async throws {
    try await withBus { site in
      await site.publish("a", "b")
      let stream = try await EventStreamClient(port: site.port, path: "/events?after=1")
      let socket = try await WebSocketClient(port: site.port, path: "/ws?after=0")
      let late = try await EventStreamClient(port: site.port, path: "/events")
      try await site.waitForReaders(3)
      await site.publish("c")
      await site.publish("d\ne")
      for number in 1...4 {
        let text = "\(number) \(["a", "b", "c", "d\ne"][number - 1])"
        #expect(try await socket.receiveText() == text)
        if number > 1 { #expect(try await stream.next() == ServerEvent(id: "\(number)", data: text)) }
        if number > 2 { #expect(try await late.next().data == text) }
      }
      // What the peer sends besides is answered in between.
      try await socket.sendText("x")
      #expect(try await socket.receiveText() == "x")
    }
  }

  @Test func aStreamGoesOnAfterWhatTheBrowserSawLast() async throws {
    try await withBus { site in
      await site.publish("a", "b", "c")
      let stream = try await EventStreamClient(
        port: site.port, path: "/events?after=0", lastEventID: "2")
      #expect(try await stream.next().data == "3 c")
    }
  }

  @Test(arguments: [0, 1, 6, 1 << 53])
  func aCursorThatIsTooOldIsReset(cursor: Int) async throws {
    try await withBus(history: 2) { site in
      await site.publish("a", "b", "c", "d", "e")
      let stream = try await EventStreamClient(port: site.port, path: "/events?after=\(cursor)")
      let socket = try await WebSocketClient(port: site.port, path: "/ws?after=\(cursor)")
      for (id, text) in [("3", "reset 3"), ("4", "4 d"), ("5", "5 e")] {
        #expect(try await stream.next() == ServerEvent(id: id, data: text))
        #expect(try await socket.receiveText() == text)
      }
    }
  }

  @Test func anOldClientGetsNoChunks() async throws {
    try await withBus { site in
      await site.publish("a")
      let client = try await RawClient(port: site.port)
      try await client.send("GET /events?after=0 HTTP/1.0\r\nHost: localhost\r\n\r\n")
      let head = try await client.head()
      #expect(head["Transfer-Encoding"] == nil && head["Connection"] == "close")
      await site.publish("b")
      let expected = "id: 1\ndata: 1 a\n\nid: 2\ndata: 2 b\n\n"
      #expect(try await client.receive(count: expected.utf8.count).text == expected)
      let stop = Task { await site.server.stop() }
      #expect(try await client.receiveToEnd().bytes.isEmpty)
      await client.close()
      await stop.value
    }
  }

  @Test func aHeadRequestFollowsNothing() async throws {
    try await withBus { site in
      let client = try await RawClient(port: site.port)
      let answer = try await client.request("HEAD", "/events?after=0")
      #expect(answer.status == 200 && answer["Content-Type"] == "text/event-stream")
      #expect(await site.feed.bus.readerCount == 0)
      #expect(try await client.request("GET", "/hello").text == "hello")
    }
  }

  /// The comment that keeps the way open, when it is due and not before.
  @Test func silenceIsBrokenByAComment() async throws {
    try await withBus(limits: EventStreamTests.hourly) { site in
      let stream = try await EventStreamClient(port: site.port, path: "/events?after=0")
      let old = try await RawClient(port: site.port)
      try await old.send("GET /events?after=0 HTTP/1.0\r\nHost: localhost\r\n\r\n")
      _ = try await old.head()
      try await site.waitForReaders(2)
      await site.server.sweep(at: .now + .seconds(3000))
      await site.publish("a")
      _ = try await stream.next()
      #expect(await stream.comments == 0)
      #expect(try await old.receive(until: "\n\n") == "id: 1\ndata: 1 a\n\n")
      await site.server.sweep(at: .now + .seconds(3700))
      try await stream.nextComment()
      #expect(try await old.receive(until: "\n\n") == ": \n\n")
      await site.publish("b")
      #expect(try await stream.next().data == "2 b")
    }
  }

  // MARK: Slow readers

  /// Two that do not read at all cost their cursor, and nobody else waits for them.
  @Test func whoDoesNotReadHoldsNobodyUp() async throws {
    let text = String(repeating: "x", count: 4000)
    try await withBus(limits: .with { $0.writePause = .seconds(600) }) { site in
      let stalled = try await EventStreamClient(
        port: site.port, path: "/events?after=0", receiveBuffer: 4096)
      let stalledSocket = try await WebSocketClient(
        port: site.port, path: "/ws?after=0", receiveBuffer: 4096)
      let stream = try await RawClient(port: site.port)
      try await stream.sendRequest("GET", "/events?after=0")
      _ = try await stream.head()
      let socket = try await WebSocketClient(port: site.port, path: "/ws?after=0")
      let poll = try await RawClient(port: site.port)
      try await site.waitForReaders(4)

      for round in 0..<50 {
        let ids = await site.publish(count: 100, text)
        let events = ids.map { "id: \($0)\ndata: \($0) \(text)\n\n" }
        let chunks = events.map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }.joined()
        #expect(try await stream.receive(count: chunks.utf8.count) == Array(chunks.utf8))
        let frames = ids.flatMap { id in
          WebSocketFrame(Opcode.text, "\(id) \(text)").fromServer
        }
        #expect(try await socket.raw.receive(count: frames.count) == frames)
        #expect(try await poll.request("GET", "/poll?after=\(round * 100)").text == "\(ids) next \(ids[99])")
      }

      // They go on from where they were, are told what they have missed, and get the rest.
      var (last, lastOnSocket) = (0, 0)
      var (resets, socketResets): ([String], [String]) = ([], [])
      while last < 5000 {
        let event = try await stalled.next()
        let isNext = event.id == "\(last + 1)" && event.data == "\(last + 1) \(text)"
        if !isNext { resets.append(event.data) }
        last = Int(event.id) ?? 5000
      }
      while lastOnSocket < 5000 {
        let message = try await stalledSocket.receiveText()
        let isNext = message == "\(lastOnSocket + 1) \(text)"
        if !isNext { socketResets.append(message) }
        lastOnSocket = Int(message.split(separator: " ")[isNext ? 0 : 1]) ?? 5000
      }
      #expect(resets == ["reset 4000"] && socketResets == ["reset 4000"])
    }
  }

  /// A client that takes nothing for long is dropped, and no longer told of anything.
  @Test func whoDoesNotReadIsDropped() async throws {
    try await withBus { site in
      let start = Moment.now
      let stalled = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await stalled.sendRequest("GET", "/events?after=0")
      let stalledSocket = try await WebSocketClient(port: site.port, path: "/ws?after=0", receiveBuffer: 4096)
      try await site.waitForReaders(2)
      for _ in 1...20 { await site.publish(count: 100, String(repeating: "x", count: 10_000)) }
      await site.server.sweep(at: start + Limits().writePause)
      #expect(await site.server.connectionCount == 2)
      try await site.server.dropWhoTakesNothing()
      try await site.expectQuiet()
      await stalled.close()
      await stalledSocket.raw.close()
    }
  }

  // MARK: Many

  /// 1,000, or as many as the process may have descriptors for: each client has two.
  static let count = min(1000, (Limits().connections + 64) / 4) / 3 * 3

  @Test func aThousandGetAMessageOnce() async throws {
    // However long a busy machine takes: nobody is sent a comment or a ping meanwhile.
    let limits = Limits.with {
      $0.connections = 2000
      $0.eventStreamComment = .seconds(3600)
      $0.pingInterval = .seconds(3600)
      $0.pongTime = .seconds(3600)
    }
    try await withBus(limits: limits) { site in
      var clients: [RawClient] = []
      for number in 0..<Self.count {
        let client = try await RawClient(port: site.port)
        switch number % 3 {
        case 0: try await client.sendRequest("GET", "/events?after=0")
        case 1: _ = try await client.webSocketHandshake(path: "/ws?after=0")
        default: try await client.sendRequest("GET", "/poll?after=0&wait=3600")
        }
        clients.append(client)
      }
      try await site.waitForReaders(Self.count)
      await site.publish("a")
      let event = "id: 1\ndata: 1 a\n\n"
      for (number, client) in clients.enumerated() {
        switch number % 3 {
        case 0:
          _ = try await client.head()
          #expect(try await client.nextChunk()?.text == event)
        case 1: #expect(try await client.receive(count: 5) == WebSocketFrame(Opcode.text, "1 a").fromServer)
        default: #expect(try await client.response().text == "[1] next 1")
        }
      }
      // Nothing comes twice: what comes next is the next one.
      await site.publish("b")
      for (number, client) in clients.enumerated() {
        switch number % 3 {
        case 0: #expect(try await client.nextChunk()?.text == "id: 2\ndata: 2 b\n\n")
        case 1: #expect(try await client.receive(count: 5) == WebSocketFrame(Opcode.text, "2 b").fromServer)
        default: #expect(try await client.request("GET", "/poll?after=1").text == "[2] next 2")
        }
        await client.close()
      }
      try await site.expectQuiet()
    }
  }
}
