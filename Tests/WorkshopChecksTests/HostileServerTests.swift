import Testing

@testable import WorkshopChecks

/// A server that misbehaves gets a failed grade, soon.
@Suite struct HostileServerTests {
  private static let techniques: [(String, [Rule])] = [
    ("sse", EventStreamRules.all), ("lpc", LongPollRules.all), ("ws", WebSocketRules.all),
    ("polling", PollingRules.all), ("xhr-stream", StreamRules.all), ("htmlfile-stream", FrameStreamRules.all),
    ("cors", CrossOriginRules.all), ("jsonp", ScriptPaddingRules.all),
    ("chat", ChatRules.all), ("messages", MessagesRules.all), ("tabs", TabsRules.all),
    ("mail", MailRules.all), ("im", AcknowledgingRules.all), ("reconnect", ReconnectRules.all),
    ("fix-injection", PageRules.all),
  ]

  private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
  private static let upgraded = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"

  private static func many(_ frame: [UInt8]) -> [UInt8] { (1...5000).flatMap { _ in frame } }

  private static let attacks: [(String, @Sendable (RawPeer) -> Void)] = [
    ("hangs", { peer in while peer.receive() {} }),
    ("closes at once", { _ in }),
    ("closes after the request", { peer in _ = peer.request() }),
    ("floods without a head", { peer in while peer.write([UInt8](repeating: 0x41, count: 16_384)) {} }),
    (
      "sends headers without end",
      { peer in
        peer.write("HTTP/1.1 200 OK\r\n")
        while peer.write(String(repeating: "X-Header: value\r\n", count: 500)) {}
      }
    ),
    (
      "sends a body without end",
      { peer in
        peer.write(head + "\r\n")
        while peer.write([UInt8](repeating: 0x41, count: 16_384)) {}
      }
    ),
    (
      "drips",
      { peer in
        peer.write(head + "\r\n")
        while peer.receive(within: 5), peer.write("data: x\n") {}
      }
    ),
    (
      "begins a chunk without end",
      { peer in
        peer.write(head + "Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n")
        while peer.write([UInt8](repeating: 0x0A, count: 16_384)) {}
      }
    ),
    (
      "begins a chunk of an impossible size",
      { peer in
        peer.write(head + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n")
        while peer.receive() {}
      }
    ),
    (
      "announces an impossible length",
      { peer in
        peer.write(head + "Content-Length: 99999999999999999999\r\n\r\n{}")
      }
    ),
    (
      "sends garbage",
      { peer in
        _ = peer.receive()
        peer.write((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 193 &+ 7) })
      }
    ),
    (
      "announces a frame without end",
      { peer in
        _ = peer.request()
        peer.write(upgraded)
        peer.write([0x82, 127, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
        while peer.receive() {}
      }
    ),
    (
      "pings without end",
      { peer in
        _ = peer.request()
        peer.write(upgraded)
        let pings = many([0x89, 0])
        while peer.write(pings) {}
      }
    ),
    (
      "sends fragments without end",
      { peer in
        _ = peer.request()
        peer.write(upgraded)
        peer.write([0x01, 0])
        let fragments = many([0x00, 1, 0x61])
        while peer.write(fragments) {}
      }
    ),
  ]

  @Test(arguments: attacks.map(\.0), techniques.map(\.0))
  func getsAFailedGradeInBoundedTime(attack: String, technique: String) async throws {
    let handler = try #require(Self.attacks.first { $0.0 == attack }?.1)
    let rules = try #require(Self.techniques.first { $0.0 == technique }?.1)
    let server = RawServer(handler)
    let (grade, time) = await timedGrade(
      rules, port: server.port, patience: .milliseconds(200), budget: .milliseconds(400))
    server.stop()
    #expect(grade.outcomes.count == rules.count)
    #expect(!grade.isPassed)
    // The budget, and what a busy machine adds; without a bound it would be for ever.
    #expect(time < .seconds(60))
  }

  @Test func aServerThatIsNotThereIsNamedOnce() async {
    let outcomes = await RawServer.withClosedPort { port in await grade(EventStreamRules.all, port: port).outcomes }
    #expect(outcomes.first?.verdict == .failed)
    #expect(outcomes.dropFirst().allSatisfy { $0.verdict == .unchecked })
  }
}
