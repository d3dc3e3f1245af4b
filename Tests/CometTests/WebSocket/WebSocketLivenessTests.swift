import Comet
import TestSupport
import Testing

/// A peer that gives no sign of life is dropped, and only that one.
@Suite struct WebSocketLivenessTests {
  private static let limits = {
    var limits = Limits()
    limits.pingInterval = .milliseconds(200)
    limits.pongTime = .seconds(4)
    return limits
  }()

  @Test func dropsWhoGivesNoSignOfLife() async throws {
    let tally = Tally()
    try await withWebSocket(limits: Self.limits) { socket in
      try await tally.around { try await echo(socket) }
    } _: { port in
      let start = ContinuousClock.now
      let socket = try await WebSocketClient(port: port)
      // Several pings come, and then the end, without a close frame.
      let frames = try await socket.raw.receiveToEnd().bytes
      #expect(ContinuousClock.now - start >= .milliseconds(3900))
      #expect(frames.count >= 2 * WebSocketFrame(Opcode.ping).fromServer.count)
      #expect(
        frames == Array(repeating: WebSocketFrame(Opcode.ping).fromServer, count: frames.count / 2).flatMap(\.self))
      try await eventually("the handler has ended") { await tally.ended == 1 }
    }
  }

  enum SignOfLife: CaseIterable {
    case pong, text, unfinishedFrame
  }

  @Test(arguments: SignOfLife.allCases) func keepsWhoDoes(_ sign: SignOfLife) async throws {
    try await withWebSocket(limits: Self.limits) { port in
      let socket = try await WebSocketClient(port: port)
      let end = ContinuousClock.now + Self.limits.pongTime * 3 / 2
      var byte = 0
      while ContinuousClock.now < end {
        // The server's pings give the pace.
        var frame = try await socket.receiveFrame()
        while frame.opcode != Opcode.ping { frame = try await socket.receiveFrame() }
        switch sign {
        case .pong: try await socket.send(frame: .init(Opcode.pong, frame.payload))
        case .text: try await socket.sendText("a")
        case .unfinishedFrame:
          // A message that arrives slowly, byte for byte.
          let slow = WebSocketFrame(Opcode.binary, .init(repeating: 1, count: 100)).bytes
          try await socket.raw.send([slow[byte]])
          byte += 1
        }
      }
      #expect(byte > 0 || sign != .unfinishedFrame)
      if sign != .unfinishedFrame {
        try await socket.close(1000)
        try await socket.expectClose(code: 1000, skippingMessages: true)
      }
    }
  }

  @Test func doesNotBlameThePeerForASlowHandler() async throws {
    let tally = Tally()
    try await withWebSocket(limits: Self.limits) { socket in
      while let message = try await socket.receive() {
        tally.count += 1
        // For longer than the peer may be silent, with more in the inbox than is read.
        if tally.count == 1 { try await sleep(for: Self.limits.pongTime * 5 / 4) }
        try await socket.send(message)
      }
    } _: { port in
      let socket = try await WebSocketClient(port: port)
      try await socket.sendText("1")
      try await socket.sendBinary(.init(repeating: 7, count: 80_000))
      try await socket.sendBinary([])
      // The pings are answered on the way.
      #expect(try await socket.receiveText(within: .seconds(20)) == "1")
      #expect(try await socket.receiveMessage(within: .seconds(20)) == .binary(.init(repeating: 7, count: 80_000)))
      #expect(try await socket.receiveMessage(within: .seconds(20)) == .binary([]))
      for _ in 1...5 { #expect(try await socket.receiveFrame().opcode == Opcode.ping) }
    }
  }
}
