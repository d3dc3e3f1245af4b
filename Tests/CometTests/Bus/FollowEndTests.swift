import TestSupport
import Testing

@testable import Comet

/// Clients that leave while they are held, and a server that stops: no reader is left behind.
@Suite struct FollowEndTests {
  enum Way: CaseIterable {
    case close, reset, halfClose
  }

  private func leave(_ client: RawClient, _ way: Way) async {
    switch way {
    case .close: await client.close()
    case .reset: await client.reset()
    case .halfClose: await client.halfClose()
    }
  }

  @Test(arguments: ["/poll?after=0", "/events?after=0", "/ws?after=0"], Way.allCases)
  func whoLeavesIsForgotten(path: String, way: Way) async throws {
    try await withBus { site in
      let client = try await RawClient(port: site.port)
      if path.hasPrefix("/ws") {
        _ = try await client.webSocketHandshake(path: path)
      } else {
        try await client.sendRequest("GET", path)
      }
      try await site.waitForReaders(1)
      if path.hasPrefix("/events") { _ = try await client.head() }
      await leave(client, way)
      try await site.waitForReaders(0)
      // A client that has only half-closed sees the end, and nothing that looks like a whole answer.
      if way == .halfClose {
        let (bytes, end) = try await client.receiveToEnd()
        #expect(bytes.isEmpty && end == .finished)
      }
      await site.publish("a")
      await client.close()
      try await site.expectQuiet()
    }
  }

  @Test(arguments: ["/poll?after=1", "/events?after=1", "/ws?after=1"])
  func whoLeavesInTheTurnOfAMessageIsForgotten(path: String) async throws {
    try await withBus { site in
      await site.publish("a")
      for _ in 1...20 {
        let client = try await RawClient(port: site.port)
        if path.hasPrefix("/ws") {
          _ = try await client.webSocketHandshake(path: "/ws")
        } else {
          try await client.sendRequest("GET", "\(path.prefix { $0 != "?" })")
        }
        try await site.waitForReaders(1)
        async let published: Void = site.publish("b")
        await client.reset()
        await published
        try await site.expectQuiet()
      }
    }
  }

  /// Asked together, and half-closed at once: what needs no waiting is answered, the rest is not waited for.
  @Test(arguments: ["/poll?after=0", "/events", "/held", "/stream"])
  func whoHalfClosesBehindASlowAnswerIsForgotten(path: String) async throws {
    let notes = HandlerNotes()
    try await withBus(routes: { routes, feed in
      routes.get("/slow") { _ in
        // Deaf to its cancellation, as somebody else's work may be.
        await spawn { try? await sleep(for: .milliseconds(20)) }.value
        return .text("slow")
      }
      routes.get("/held") { _ in
        try await notes.watch { _ = try await feed.bus.next(after: 0, within: .seconds(60)) }
        return .text("")
      }
      routes.get("/stream") { _ in
        .stream { body in
          try await notes.watch {
            try await body.write("one")
            try await sleep(for: .seconds(60))
          }
        }
      }
    }) { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/slow")
      try await client.sendRequest("GET", path)
      await client.halfClose()
      #expect(try await client.response().text == "slow")
      let (bytes, end) = try await client.receiveToEnd()
      #expect(end == .finished && !bytes.text.hasSuffix("0\r\n\r\n"))
      try await site.expectQuiet()
      #expect(await notes.running == 0)
    }
  }

  /// The end of a server: a held poll gets 503, a stream its end, a socket its close.
  @Test func aServerThatStopsEndsAllInOrder() async throws {
    try await withBus(limits: .with { $0.stopTime = .patience * 2 }) { site in
      let poll = try await RawClient(port: site.port)
      try await poll.sendRequest("GET", "/poll?after=0")
      let stream = try await EventStreamClient(port: site.port, path: "/events?after=0")
      let socket = try await WebSocketClient(port: site.port, path: "/ws?after=0")
      try await site.waitForReaders(3)
      let stop = Task { await site.server.stop() }
      let answer = try await poll.response()
      #expect(answer.status == 503 && answer["Retry-After"] == "1" && answer["Connection"] == "close")
      // Only the last chunk tells the end of a body from a cut.
      #expect(try await stream.rest().isEmpty)
      #expect(try await stream.raw.receiveToEnd().bytes.isEmpty)
      try await socket.expectClose(code: 1001)
      for client in [poll, stream.raw, socket.raw] { await client.close() }
      await stop.value
      #expect(await site.feed.bus.readerCount == 0)
    }
  }

  /// What is published in the turn of the stop comes before the end.
  @Test func theLastMessageIsStillTold() async throws {
    try await withBus(limits: .with { $0.stopTime = .patience * 2 }) { site in
      let stream = try await EventStreamClient(port: site.port, path: "/events?after=0")
      let socket = try await WebSocketClient(port: site.port, path: "/ws?after=0")
      try await site.waitForReaders(2)
      await site.publishAndTellOfTheStop("last")
      let stop = Task { await site.server.stop() }
      #expect(try await stream.rest().map(\.data) == ["1 last"])
      #expect(try await socket.receiveText() == "1 last")
      try await socket.expectClose(code: 1001)
      for client in [stream.raw, socket.raw] { await client.close() }
      await stop.value
    }
  }

  /// A handler that answers only after the server has begun to stop does not hold it up.
  @Test(arguments: ["/late/poll", "/late/events", "/late/stream"])
  func whatBeginsWhileTheServerStopsEnds(path: String) async throws {
    let notes = HandlerNotes()
    try await withBus(
      limits: .with { $0.stopTime = .patience * 2 },
      routes: { routes, feed in
        routes.get("/late/:what") { request in
          _ = try? await notes.watch { try await sleep(for: .seconds(60)) }
          switch request.parameters["what"] {
          case "poll": return try .next(of: feed.bus, after: 0, within: .seconds(60)) { _ in .text("") }
          case "events": return .events(of: feed, after: 0)
          default: return .stream { _ in try await sleep(for: .seconds(60)) }
          }
        }
      }
    ) { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", path)
      try await eventually("the handler is at work") { await notes.running == 1 }
      let stop = Task { await site.server.stop() }
      let answer = try await client.response()
      #expect(answer.status == (path == "/late/poll" ? 503 : 200))
      #expect(answer.chunks.isEmpty)
      #expect(try await client.receiveToEnd().end == .finished)
      await client.close()
      await stop.value
      #expect(await site.feed.bus.readerCount == 0)
    }
  }

  /// A close frame is the last frame, and its sender is no reader any more.
  @Test func whatIsFollowedAfterTheCloseIsNotSent() async throws {
    let notes = HandlerNotes()
    try await withBus(routes: { routes, feed in
      routes.webSocket(
        "/closed",
        opening: { _ in
          { socket in
            socket.close(.normal, "no")
            socket.follow(feed, after: 0)
          }
        }, message: { _, _ in })
      routes.webSocket("/left") { socket in
        try await notes.watch {
          while try await socket.receive() != nil {}
          socket.follow(feed, after: 0)
        }
      }
    }) { site in
      await site.publish("a")
      let socket = try await WebSocketClient(port: site.port, path: "/closed")
      #expect(await site.feed.bus.readerCount == 0)
      try await socket.expectClose(code: 1000)
      let other = try await WebSocketClient(port: site.port, path: "/left")
      await other.raw.close()
      try await eventually("the handler is gone") {
        let (calls, running) = await (notes.calls, notes.running)
        return calls == 1 && running == 0
      }
      try await site.expectQuiet()
    }
  }

  /// Another feed, or another cursor, takes the place of the first.
  @Test func whoFollowsAnewIsOneReader() async throws {
    try await withBus(routes: { routes, feed in
      routes.webSocket("/again") { socket in
        for try await text in socket.texts { socket.follow(feed, after: Int(text)) }
      }
    }) { site in
      await site.publish("a", "b")
      let socket = try await WebSocketClient(port: site.port, path: "/again")
      for cursor in [0, 1, 0] {
        try await socket.sendText("\(cursor)")
        for id in (cursor + 1)...2 { #expect(try await socket.receiveText() == "\(id) \(id == 1 ? "a" : "b")") }
      }
      #expect(await site.feed.bus.readerCount == 1)
      await site.publish("c")
      #expect(try await socket.receiveText() == "3 c")
      try await socket.close(1000)
      try await socket.expectClose(code: 1000)
      try await site.expectQuiet()
    }
  }

  /// What was published before an answer, or before a close, is told before it.
  @Test func nothingOvertakesWhatWasPublished() async throws {
    try await withBus(routes: { routes, feed in
      routes.webSocket("/talk", opening: { _ in { $0.follow(feed, after: 0) } }) { socket, message in
        guard case .text(let text) = message else { return socket.close(.unsupportedData) }
        if text == "what?" { socket.send("nothing") } else { feed.bus.publish(text) }
      }
    }) { site in
      typealias Opcode = WebSocketFrame.Opcode
      for last in [WebSocketFrame(Opcode.binary), WebSocketFrame(Opcode.close, [3, 232])] {
        let newest = await site.feed.bus.lastID
        let socket = try await WebSocketClient(port: site.port, path: "/talk")
        for _ in 0..<newest { _ = try await socket.receiveText() }
        let texts = ["a", "what?", "b"].map { WebSocketFrame(Opcode.text, Array($0.utf8)) }
        try await socket.raw.send((texts + [last]).flatMap(\.bytes))
        for text in ["\(newest + 1) a", "nothing", "\(newest + 2) b"] {
          #expect(try await socket.receiveText() == text)
        }
        #expect(try await socket.receiveFrame().opcode == Opcode.close)
      }
    }
  }
}
