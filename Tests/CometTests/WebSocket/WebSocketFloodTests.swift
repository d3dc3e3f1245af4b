import CometLoop
import TestSupport
import Testing

@testable import Comet

/// Thousands of messages come in one read: neither the others nor the memory are to suffer from it.
@Suite struct WebSocketFloodTests {
  @LoopActor final class Notes {
    let received = TurnCount()
    var mostQueued = 0

    nonisolated init() {}

    func note(_ channel: WebSocketChannel) {
      received.add()
      mostQueued = max(mostQueued, channel.connection.queued)
    }
  }

  private func flood(
    answer: String, _ body: (WebSocketClient, Notes) async throws -> Void
  ) async throws {
    let notes = Notes()
    let server = Server { routes in
      routes.webSocket("/ws") { channel, _ in
        channel.send(answer)
        notes.note(channel)
      }
    }
    try await withServer(server, sweepsByItself: false) { _ in
      let socket = try await WebSocketClient(port: server.port)
      try await socket.send([WebSocketFrame](repeating: .init(Opcode.text, "a"), count: 5000))
      try await body(socket, notes)
    }
  }

  @Test func theOthersHaveTheirTurn() async throws {
    try await flood(answer: "b") { socket, notes in
      for _ in 1...5000 {
        let text = try await socket.receiveText()
        #expect(text == "b")
      }
      #expect(await notes.received.count == 5000)
      #expect(await notes.received.mostInATurn <= 64)
    }
  }

  /// Each answer is a thousand times as long as its question, and nobody reads.
  @Test func whatIsQueuedIsBounded() async throws {
    let answer = String(repeating: "b", count: 10_000)
    try await flood(answer: answer) { socket, notes in
      // All of one read would be fifty megabytes.
      try await eventually("it is not listened to") {
        let before = await notes.received.count
        try await Task.sleep(for: .milliseconds(50))
        let after = await notes.received.count
        return before > 0 && before == after
      }
      #expect(await notes.mostQueued <= Limits().queueBytes + 2 * answer.utf8.count)
      for _ in 1...5000 {
        let text = try await socket.receiveText()
        #expect(text == answer)
      }
    }
  }
}
