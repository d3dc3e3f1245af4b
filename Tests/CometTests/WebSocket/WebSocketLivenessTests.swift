import TestSupport
import Testing

@testable import Comet

/// A peer that gives no sign of life is dropped, and only that one. See `Server.settled` for the moments.
@Suite struct WebSocketLivenessTests {
  private static let limits = Limits()

  private func withServer(
    _ handler: @escaping WebSocketHandler = echo, _ body: (Server, WebSocketClient) async throws -> Void
  ) async throws {
    let server = Server { $0.webSocket("/ws", handler) }
    try await CometTests.withServer(server, sweepsByItself: false) { _ in
      try await body(server, try await WebSocketClient(port: server.port))
    }
  }

  @Test func dropsWhoGivesNoSignOfLife() async throws {
    let tally = Tally()
    let start = Moment.now
    try await withServer {
      socket in
      try await tally.around { try await echo(socket) }
    } _: { server, socket in
      let opened = try await server.settled()
      await server.sweep(at: start + Self.limits.pingInterval)
      try await socket.raw.expectOpen(for: .milliseconds(1))
      await server.sweep(after: Self.limits.pingInterval, since: opened)
      #expect(try await socket.receiveFrame() == WebSocketFrame(Opcode.ping).with { $0.mask = nil })
      await server.sweep(at: start + Self.limits.pongTime)
      #expect(await tally.ended == 0)
      await server.sweep(after: Self.limits.pongTime, since: opened)
      // Without a close frame: nobody would read it.
      #expect(try await socket.raw.receiveToEnd().bytes.isEmpty)
      try await eventually("the handler has ended") { await tally.ended == 1 }
      try await eventually("the connection is gone") { await server.connectionCount == 0 }
    }
  }

  enum SignOfLife: CaseIterable {
    case pong, text, unfinishedFrame
  }

  @Test(arguments: SignOfLife.allCases) func keepsWhoDoes(_ sign: SignOfLife) async throws {
    try await withServer { server, socket in
      let slow = WebSocketFrame(Opcode.text, "slow").bytes
      for byte in slow {
        let before = try await server.settled()
        switch sign {
        case .pong: try await socket.send(frame: .init(Opcode.pong))
        case .text: try await socket.sendText("a")
        // A message that arrives slowly, byte for byte.
        case .unfinishedFrame: try await socket.raw.send([byte])
        }
        _ = try await server.settled()
        // All that came before this sign is too old.
        await server.sweep(at: before + Self.limits.pongTime)
      }
      switch sign {
      case .pong: try await socket.sendText("slow")
      case .text: for _ in slow { #expect(try await socket.receiveText() == "a") }
      case .unfinishedFrame: break
      }
      if sign != .text { #expect(try await socket.receiveText() == "slow") }
    }
  }

  /// What a peer says while its handler is busy is not read, so it cannot be blamed for silence.
  @Test func doesNotBlameThePeerForASlowHandler() async throws {
    let gate = await Waiter<Void>()
    let large = [UInt8](repeating: 7, count: 80_000)
    try await withServer { socket in
      _ = try await gate.wait()
      try await echo(socket)
    } _: { server, socket in
      // With more in the inbox than is read.
      try await socket.sendBinary(large)
      try await socket.sendBinary([])
      var moment = try await server.settled()
      // It takes more than one read to fill the inbox.
      for _ in 1...10 { moment = try await server.settled() }
      for _ in 1...3 {
        moment = moment + Self.limits.pongTime + .seconds(1)
        await server.sweep(at: moment)
      }
      await gate.wake(())
      #expect(try await socket.receiveMessage() == .binary(large))
      #expect(try await socket.receiveMessage() == .binary([]))
      // From then on the silence is the peer's own.
      await server.sweep(at: moment + Self.limits.pongTime)
      try await socket.sendText("still here")
      #expect(try await socket.receiveText() == "still here")
      // Several times: what it was sent may still be on its way to be confirmed.
      for halves in 3...9 { await server.sweep(after: Self.limits.pongTime * halves / 2, since: moment) }
      _ = try await socket.raw.receiveToEnd()
    }
  }

  /// The whole process may have stood still, and with it the questions.
  @Test func asksBeforeItDrops() async throws {
    try await withServer { server, socket in
      let opened = try await server.settled()
      await server.sweep(after: Self.limits.pongTime * 10, since: opened)
      #expect(try await socket.receiveFrame().opcode == Opcode.ping)
      try await socket.raw.expectOpen(for: .milliseconds(1))
      await server.sweep(after: Self.limits.pongTime * 10.5, since: opened)
      #expect(try await socket.raw.receiveToEnd().bytes.isEmpty)
    }
  }

  /// Nothing is read of a peer that has left while the inbox is full, so its end is not read either.
  @Test func findsThatAPeerHasLeftASlowHandler() async throws {
    let tally = Tally()
    try await withServer { _ in
      try await tally.around { try await sleep(for: .seconds(600)) }
    } _: { server, socket in
      try await socket.sendBinary([UInt8](repeating: 7, count: 80_000))
      try await socket.sendBinary([])
      for _ in 1...10 { _ = try await server.settled() }
      await socket.raw.reset()
      try await eventually("the server has been told") { await server.knowsThatSomebodyHasLeft }
      await server.sweep(after: Self.limits.pongTime, since: .now)
      try await eventually("the handler has ended") { await tally.ended == 1 }
      try await eventually("the connection is gone") { await server.connectionCount == 0 }
    }
  }

  /// Our ping would stand behind what the peer has not read yet, so there is nothing that it could have answered.
  @Test func doesNotBlameASlowReaderForItsSilence() async throws {
    // Taken as time without a sign of life, but not as time in which the peer has read nothing.
    let limits = Limits.with { $0.pongTime = $0.writePause / 2 }
    // More than the system's own buffers take.
    let large = [UInt8](repeating: 7, count: 12_000_000)
    let server = Server(limits: limits) { routes in
      routes.webSocket("/ws", opening: { _ in { $0.send(large) } }) { channel, message in channel.send(message) }
    }
    try await CometTests.withServer(server, sweepsByItself: false) { _ in
      let socket = try await WebSocketClient(port: server.port, receiveBuffer: 32 * 1024)
      let behind = try await server.settled() + limits.pongTime + .nanoseconds(1)
      await server.sweep(at: behind)
      #expect(try await socket.receiveMessage() == .binary(large))
      try await socket.sendText("still here")
      #expect(try await socket.receiveText() == "still here")
      // From then on there is nothing to wait for but a sign of life.
      let settled = max(behind, try await server.settled())
      await server.sweep(after: limits.pingInterval, since: settled)
      #expect(try await socket.receiveFrame().opcode == Opcode.ping)
      await server.sweep(after: limits.pingInterval + limits.pongTime, since: settled)
      #expect(try await socket.raw.receiveToEnd().bytes.isEmpty)
    }
  }
}
