import TestSupport
import Testing

@testable import Comet

/// Whatever a handler does, it ends when its client has gone or the server stops.
@Suite struct WebSocketEndTests {
  enum Handler: CaseIterable {
    case echoes, pushes, sleeps, pushesToAFullSocket

    @LoopActor func run(_ socket: WebSocket) async throws {
      switch self {
      case .echoes: for try await text in socket.texts { try await socket.send(text) }
      case .pushes:
        while true {
          try await socket.send("tick")
          try await sleep(for: .milliseconds(2))
        }
      case .sleeps: try await sleep(for: .seconds(3600))
      case .pushesToAFullSocket: while true { try await socket.send([UInt8](repeating: 1, count: 100_000)) }
      }
    }
  }

  enum End: CaseIterable {
    case close, vanish, failure, stop, handlersClose
  }

  /// Who keeps sockets in a room hears of each one that has gone, and once.
  @Test(arguments: End.allCases)
  func theEndIsTold(_ end: End) async throws {
    let tally = Tally()
    let server = Server { routes in
      routes.webSocket(
        "/ws", opening: { _ in { _ in tally.started += 1 } }, message: { socket, _ in socket.close() },
        closed: { socket in
          tally.ended += 1
          if socket.isClosed { tally.count += 1 }
        })
    }
    try await withServer(server, sweepsByItself: false) { _ in
      let client = try await WebSocketClient(port: server.port)
      try await eventually("it is open") { await tally.started == 1 }
      switch end {
      case .close: try await client.close(1000)
      case .vanish: await client.raw.close()
      case .failure: try await client.raw.send([0xFF, 0x80, 0, 0, 0, 0])
      case .stop: await server.stop()
      case .handlersClose:
        try await client.sendText("close")
        #expect(try await client.receiveFrame().opcode == WebSocketFrame.Opcode.close)
        #expect(await tally.ended == 0)
        try await client.close(1000)
      }
      try await eventually("the end is told") { await tally.ended > 0 }
      await client.raw.close()
      try await eventually("the connection is gone") { await server.connectionCount == 0 }
    }
    #expect(await tally.ended == 1)
    #expect(await tally.count == 1)
  }

  /// A task of the handler's own that still waits for a message when the handler has returned.
  @Test func aReceiverThatIsLeftBehindGetsTheEnd() async throws {
    let ended = await Waiter<Bool>()
    let server = Server { routes in
      routes.webSocket("/ws") { socket in
        spawn { ended.wake((try? await socket.receive()) == nil) }
        try await sleep(for: .milliseconds(1))
      }
    }
    try await withServer(server, sweepsByItself: false) { _ in
      let client = try await WebSocketClient(port: server.port)
      #expect(try await ended.wait(within: .patience) == true)
      await client.raw.close()
    }
  }

  /// Several tasks may wait for messages; the end is the end for all of them.
  @Test func aMessageGoesToOneOfThoseWhoWait() async throws {
    let tally = Tally()
    let server = Server { routes in
      routes.webSocket("/ws") { socket in
        for _ in 1...3 {
          spawn {
            try? await tally.around { while try await socket.receive() != nil { tally.count += 1 } }
          }
        }
        while try await socket.receive() != nil { tally.count += 1 }
      }
    }
    try await withServer(server, sweepsByItself: false) { _ in
      let client = try await WebSocketClient(port: server.port)
      try await eventually("all wait") { await tally.started == 3 }
      for count in 1...3 {
        try await client.sendText("a")
        try await eventually("it was taken") { await tally.count == count }
      }
      try await client.close(1000)
      try await eventually("all have the end") { await tally.ended == 3 }
      await client.raw.close()
    }
  }

  /// A handler that has thrown, or closed, does not get what was sent right behind.
  @Test(arguments: [true, false]) func afterTheCloseNoMessageIsAnswered(throwsError: Bool) async throws {
    let tally = Tally()
    let failures = Tally()
    let server = Server(log: { if $0.failure != nil { failures.count += 1 } }) { routes in
      routes.webSocket(
        "/ws",
        message: { socket, _ in
          tally.count += 1
          if throwsError { throw Failure() }
          socket.close(.unsupportedData)
        })
    }
    try await withServer(server, sweepsByItself: false) { _ in
      let client = try await WebSocketClient(port: server.port)
      try await client.raw.send(WebSocketFrame(Opcode.text, "a").bytes + WebSocketFrame(Opcode.text, "b").bytes)
      try await client.expectClose(code: throwsError ? 1011 : 1003)
      try await client.sendText("c")
      try await client.close(1000)
      _ = try await client.raw.receiveToEnd()
      #expect(await tally.count == 1)
      #expect(await failures.count == (throwsError ? 1 : 0))
    }
  }

  enum Leaving: CaseIterable {
    case closeFrame, halfClose, close, reset
  }

  @Test(arguments: Handler.allCases, Leaving.allCases)
  func theHandlerEndsWhenItsClientLeaves(handler: Handler, leaving: Leaving) async throws {
    let tally = Tally()
    let server = Server { routes in
      routes.webSocket("/ws") { socket in try await tally.around { try await handler.run(socket) } }
    }
    try await withServer(server, sweepsByItself: false) { _ in
      let socket = try await WebSocketClient(port: server.port)
      try await eventually("the handler runs") { await tally.started == 1 }
      switch leaving {
      case .closeFrame:
        try await socket.close(1000)
        // A full socket is not read from, so that the close is found when the client has read.
        if handler == .pushesToAFullSocket { try await socket.expectClose(code: 1000, skippingMessages: true) }
      case .halfClose:
        await socket.raw.halfClose()
        if handler == .pushesToAFullSocket { _ = try await socket.raw.receiveToEnd() }
      case .close: await socket.raw.close()
      case .reset: await socket.raw.reset()
      }
      try await eventually("the handler has ended") { await tally.ended == 1 }
      if leaving == .closeFrame, handler != .pushesToAFullSocket {
        try await socket.expectClose(code: 1000, skippingMessages: true)
      }
      await socket.raw.close()
      try await eventually("the connection is gone") { await server.connectionCount == 0 }
    }
  }

  /// A handler that has closed and waits for what the peer still says does not wait for ever.
  @Test func whoDoesNotAnswerACloseEndsTheHandlerAllTheSame() async throws {
    let tally = Tally()
    let server = Server { routes in
      routes.webSocket("/ws") { socket in
        try await tally.around {
          socket.close()
          let message = try await socket.receive()
          #expect(message == nil)
        }
      }
    }
    try await withServer(server, sweepsByItself: false) { _ in
      let socket = try await WebSocketClient(port: server.port)
      #expect(try await socket.receiveFrame() == .close(1000).with { $0.mask = nil })
      await server.sweep(after: Limits().lingerTime, since: .now)
      try await eventually("the handler has ended") { await tally.ended == 1 }
      #expect(try await socket.raw.receiveToEnd().end == .finished)
    }
  }

  @Test func aHandlerThatOnlyPushesAnswersACloseAfterMessages() async throws {
    let tally = Tally()
    var limits = Limits()
    limits.lingerTime = .milliseconds(100)
    try await withWebSocket(limits: limits) { socket in
      try await tally.around { try await Handler.pushes.run(socket) }
    } _: { port in
      let socket = try await WebSocketClient(port: port)
      try await socket.send([.init(Opcode.text, "nobody receives this"), .close(1000)])
      try await socket.expectClose(code: 1000, skippingMessages: true)
      try await eventually("the handler has ended") { await tally.ended == 1 }
    }
  }

  @Test func theLastMessagesOfAClientThatHasGoneAreStillReceived() async throws {
    let tally = Tally()
    try await withWebSocket { socket in
      try await tally.around { for try await _ in socket.messages { tally.count += 1 } }
    } _: { port in
      let socket = try await WebSocketClient(port: port)
      try await socket.send([.init(Opcode.text, "a"), .init(Opcode.binary), .init(Opcode.text, "b")])
      await socket.raw.close()
      try await eventually("the handler has ended") { await tally.ended == 1 }
      #expect(await tally.count == 3)
    }
  }

  @Test(arguments: [Handler.echoes, .pushes, .sleeps]) func aStoppingServerClosesWith1001(handler: Handler) async throws
  {
    let tally = Tally()
    var limits = Limits()
    // A busy machine may take longer for it than a server waits.
    limits.stopTime = .seconds(60)
    let server = Server(limits: limits) { routes in
      routes.webSocket("/ws") { socket in try await tally.around { try await handler.run(socket) } }
    }
    try await server.start(port: 0)
    let socket = try await WebSocketClient(port: server.port)
    try await eventually("the handler runs") { await tally.started == 1 }
    async let stopped: Void = server.stop()
    #expect(try await socket.expectClose(code: 1001, skippingMessages: true).end == .finished)
    await socket.raw.close()
    await stopped
    #expect(await tally.ended == 1)
    #expect(await server.connectionCount == 0)
  }

  @Test func aStoppingServerDoesNotWaitForWhoDoesNotAnswer() async throws {
    var limits = Limits()
    limits.stopTime = .milliseconds(100)
    limits.lingerTime = .seconds(3600)
    let server = Server(limits: limits) { $0.webSocket("/ws", echo) }
    try await server.start(port: 0)
    let socket = try await WebSocketClient(port: server.port)
    await server.stop()
    #expect(await server.connectionCount == 0)
    #expect(try await socket.receiveFrame() == .close(1001).with { $0.mask = nil })
  }
}
