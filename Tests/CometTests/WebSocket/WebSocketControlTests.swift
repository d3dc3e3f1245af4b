import Comet
import TestSupport
import Testing

/// Pings, pongs and the closing handshake (RFC 6455 §5.5 and §7).
@Suite struct WebSocketControlTests {
  @Test(arguments: [0, 1, 125]) func answersAPingWithItsPayload(size: Int) async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port)
      let payload = (0..<size).map { UInt8($0) }
      try await socket.send(frame: .init(Opcode.ping, payload))
      #expect(try await socket.receiveFrame() == .init(Opcode.pong, payload).with { $0.mask = nil })
    }
  }

  @Test func answersAPingBetweenTheFragmentsOfAMessage() async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port)
      try await socket.send([.unfinished(Opcode.text, [97]), .init(Opcode.ping, "1"), .init(Opcode.ping, "2")])
      // The message is not complete, so these two cannot wait for it.
      for payload in ["1", "2"] {
        #expect(try await socket.receiveFrame() == .init(Opcode.pong, payload).with { $0.mask = nil })
      }
      try await socket.send(frame: .init(Opcode.continuation, "b"))
      #expect(try await socket.receiveText() == "ab")
    }
  }

  @Test func answersAPingWhileTheHandlerSleeps() async throws {
    try await withWebSocket {
      _ in
      try await sleep(for: .seconds(3600))
    } _: { port in
      let socket = try await WebSocketClient(port: port)
      try await socket.send([.init(Opcode.text, "nobody receives this"), .init(Opcode.ping, "awake?")])
      #expect(try await socket.receiveFrame() == .init(Opcode.pong, "awake?").with { $0.mask = nil })
    }
  }

  @Test func passesOverPongsThatNobodyAskedFor() async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port)
      try await socket.send([.init(Opcode.pong, "!"), .init(Opcode.pong), .init(Opcode.text, "a")])
      #expect(try await socket.receiveFrame() == .init(Opcode.text, "a").with { $0.mask = nil })
    }
  }

  @Test(arguments: [nil, 1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999])
  func answersACloseWithItsCodeOnce(code: UInt16?) async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port)
      // After its close frame a client has nothing more to say: neither of these is answered.
      try await socket.send([.close(code, code == nil ? "" : "bye"), .init(Opcode.text, "late"), .init(Opcode.ping)])
      try await socket.send(frame: .close(1000))
      #expect(try await socket.expectClose(code: code).end == .finished)
    }
  }

  @Test(arguments: [false, true]) func answersTheMessagesBeforeAClose(halfCloses: Bool) async throws {
    try await withWebSocket { port in
      let socket = try await WebSocketClient(port: port)
      let texts = (1...100).map { "\($0)" }
      try await socket.send(texts.map { .init(Opcode.text, $0) } + [.close(1001)])
      if halfCloses { await socket.raw.halfClose() }
      for text in texts { #expect(try await socket.receiveText() == text) }
      let rest = try await socket.raw.receiveToEnd()
      #expect(rest.bytes == WebSocketFrame.close(1001).fromServer)
      #expect(rest.end == .finished)
    }
  }

  private static let closes: [(CloseCode, String, sent: UInt16?, String)] = [
    (CloseCode(rawValue: 4000), "go 去", 4000, "go 去"), (.goingAway, "", 1001, ""), (.tryAgainLater, "x", 1013, "x"),
    // Never sent (§7.4.1): an empty frame says as much as can be said.
    (.noStatus, "", nil, ""), (.abnormal, "", nil, ""), (.tlsFailure, "x", nil, ""), (.init(rawValue: 0), "", nil, ""),
    // 123 bytes is all that fits beside the code; a character of three bytes is not cut.
    (.normal, String(repeating: "去", count: 42), 1000, String(repeating: "去", count: 41)),
  ]

  @Test(arguments: closes)
  func closesWithACodeAndAReason(code: CloseCode, reason: String, sent: UInt16?, sentReason: String) async throws {
    try await withWebSocket {
      $0.close(code, reason)
      // Only the first one has an effect.
      $0.close(.internalError, "again")
    } _: { port in
      let socket = try await WebSocketClient(port: port)
      #expect(try await socket.expectClose(code: sent).reason == sentReason)
    }
  }

  @Test func sendsNothingAfterACloseFrame() async throws {
    let tally = Tally()
    var limits = Limits()
    limits.lingerTime = .seconds(60)
    try await withWebSocket(limits: limits) { socket in
      socket.close(CloseCode(rawValue: 4001))
      await #expect(throws: WebSocket.Closed.self) { try await socket.send("late") }
      // What the client still says may be received.
      if try await socket.receive() == .text("last words") { tally.count += 1 }
      #expect(try await socket.receive() == nil)
      tally.ended += 1
    } _: { port in
      let socket = try await WebSocketClient(port: port)
      #expect(try await socket.receiveFrame() == .close(4001).with { $0.mask = nil })
      try await socket.send([.init(Opcode.text, "last words"), .init(Opcode.ping), .close(4001)])
      let rest = try await socket.raw.receiveToEnd()
      #expect(rest.bytes == [])
      #expect(rest.end == .finished)
      try await eventually("the handler has ended") { await tally.ended == 1 }
      #expect(await tally.count == 1)
    }
  }

  @Test func aHandlerThatThrowsClosesWith1011() async throws {
    struct Mistake: Error {}
    let tally = Tally()
    let server = Server(log: { if $0.failure != nil { tally.count += 1 } }) { routes in
      routes.webSocket("/ws") { socket in
        _ = try await socket.receive()
        throw Mistake()
      }
    }
    try await withServer(server, sweepsByItself: false) { _ in
      let socket = try await WebSocketClient(port: server.port)
      try await socket.sendText("a")
      try await socket.expectClose(code: 1011)
      #expect(await tally.count == 1)
    }
  }

  @Test func aHandlerThatReturnsClosesWith1000() async throws {
    try await withWebSocket {
      try await $0.send("done")
    } _: { port in
      let socket = try await WebSocketClient(port: port)
      #expect(try await socket.receiveText() == "done")
      #expect(try await socket.expectClose(code: 1000).end == .finished)
    }
  }
}
