import Comet
import TestSupport
import Testing

/// A client that leaves while its answer is held or streamed leaves nothing behind.
@Suite struct LeavingTests {
  enum Way: CaseIterable, Sendable {
    case close, reset, halfClose
  }

  /// They send nothing until they are answered.
  private static let held = ["/lpc/time", "/test", "/im", "/api/messages?after=0&wait=20"]

  @Test(arguments: held + ["/stream", "/htmlfile", "/evt", "/sse", "/tabs/bus"], Way.allCases)
  func endsWhatWasHeld(_ path: String, _ way: Way) async throws {
    try await withDemo(tick: .seconds(3600)) { demo in
      let client = try await RawClient(port: demo.port)
      try await client.sendRequest("GET", path)
      // So the server has to be asked whether the request has come.
      if Self.held.contains(path) { try await demo.waitForConnections(1) } else { _ = try await client.head() }
      #expect(await demo.server.connectionCount == 1)
      switch way {
      case .close: await client.close()
      case .reset: await client.reset()
      case .halfClose: await client.halfClose()
      }
      try await demo.waitForConnections(0)
    }
  }

  @Test func endsAStreamThatHasBegun() async throws {
    try await withDemo(tick: .milliseconds(10)) { demo in
      for path in ["/stream", "/htmlfile", "/evt"] {
        let client = try await RawClient(port: demo.port)
        try await client.sendRequest("GET", path)
        _ = try await client.head()
        #expect(try await client.nextChunk() != nil)
        await client.close()
      }
      try await demo.waitForConnections(0)
    }
  }

  @Test func endsAWebSocketWithoutACloseFrame() async throws {
    try await withDemo { demo in
      let socket = try await WebSocketClient(port: demo.port)
      #expect(await demo.server.connectionCount == 1)
      await socket.raw.close()
      try await demo.waitForConnections(0)
    }
  }
}
