import Foundation
import TestSupport
import Testing

/// How the program ends, with a poll held, a stream running and a WebSocket open.
@Suite struct DemoStopTests {
  @Test(arguments: [SIGINT, SIGTERM])
  func endsInOrderWithinTwoSeconds(_ signal: Int32) async throws {
    try await withProcess("demo", ["--port", "0", "--tick", "0.2", "--quiet"]) { demo in
      let port = try await demo.port()
      let stream = try await EventStreamClient(port: port, path: "/evt")
      _ = try await stream.next()
      let socket = try await WebSocketClient(port: port)
      let idle = try await RawClient(port: port)
      #expect(try await idle.request("GET", "/time").status == 200)
      // Sent last and read first: at each tick this poll would have an answer with six chances in ten.
      let poll = try await RawClient(port: port)
      try await poll.sendRequest("GET", "/lpc/time")

      demo.signal(signal)
      let answer = try await poll.response()
      #expect(answer.status == 503 || answer.status == 200)
      await poll.close()
      // The stream ends as it should: with the last chunk, not with a broken connection.
      _ = try await stream.rest()
      await stream.close()
      try await socket.expectClose(code: 1001)
      await socket.raw.close()
      #expect(try await idle.receiveToEnd().end == .finished)
      await idle.close()
      #expect(try await demo.waitForExit() == 0)
      #expect(demo.standardError == "")
    }
  }

  /// The same for what is held without a task of its own.
  @Test func endsEveryReaderOfTheMessages() async throws {
    try await withProcess("demo", ["--port", "0", "--quiet"]) { demo in
      let port = try await demo.port()
      let path = "/api/messages?after=0"
      let stream = try await EventStreamClient(port: port, path: path)
      let socket = try await WebSocketClient(port: port, path: path)
      var polls: [RawClient] = []
      for _ in 1...20 {
        let poll = try await RawClient(port: port)
        try await poll.sendRequest("GET", path + "&wait=20")
        polls.append(poll)
      }
      // Clients are read in the order in which they came: all are held when this one has its answer.
      _ = try await RawResponse.get("/site.js", port: port)

      demo.signal(SIGTERM)
      for poll in polls {
        let answer = try await poll.response()
        #expect(answer.status == 503 && answer["Retry-After"] != nil)
        #expect(try await poll.receiveToEnd().end == .finished)
        await poll.close()
      }
      _ = try await stream.rest()
      await stream.close()
      try await socket.expectClose(code: 1001)
      await socket.raw.close()
      #expect(try await demo.waitForExit() == 0)
    }
  }

  /// A program that has read the line may end the demo at once.
  @Test func aSignalRightAfterTheFirstLineEndsItInOrder() async throws {
    for _ in 1...5 {
      try await withProcess("demo", ["--port", "0", "--quiet"]) { demo in
        _ = try await demo.port()
        demo.signal(SIGINT)
        #expect(try await demo.waitForExit() == 0)
      }
    }
  }

  @Test func answersAHeldPoll() async throws {
    try await withProcess("demo", ["lpc", "--port", "0", "--tick", "3600"]) { demo in
      let port = try await demo.port()
      let poll = try await RawClient(port: port)
      try await poll.sendRequest("GET", "/time")
      // Clients are read in the order in which they came: the poll is held when this one has its answer.
      _ = try await RawResponse.get("/site.js", port: port)
      demo.signal(SIGTERM)
      let answer = try await poll.response()
      #expect(answer.status == 503)
      #expect(answer["Retry-After"] != nil)
      #expect(try await poll.receiveToEnd().end == .finished)
      await poll.close()
      #expect(try await demo.waitForExit() == 0)
    }
  }

  /// A client that never answers the close frame keeps the server waiting, for which a second signal has no patience.
  @Test(arguments: [SIGINT, SIGTERM])
  func aSecondSignalEndsItAtOnce(_ signal: Int32) async throws {
    try await withProcess("demo", ["--port", "0"]) { demo in
      let port = try await demo.port()
      let socket = try await WebSocketClient(port: port)
      demo.signal(signal)
      let start = ContinuousClock.now
      #expect(try await socket.receiveFrame().opcode == WebSocketFrame.Opcode.close)
      demo.signal(signal)
      // On a machine that is so busy that the demo's own patience was over first, it ends in order.
      let isLate = ContinuousClock.now - start > .seconds(1)
      let exit = try await demo.waitForExit()
      #expect(exit == -signal || isLate && exit == 0)
    }
  }

  @Test func endsAlthoughAClientDoesNotLeave() async throws {
    try await withProcess("demo", ["--port", "0"]) { demo in
      let port = try await demo.port()
      let socket = try await WebSocketClient(port: port)
      demo.signal(SIGTERM)
      let start = ContinuousClock.now
      #expect(try await socket.receiveFrame().opcode == WebSocketFrame.Opcode.close)
      #expect(try await demo.waitForExit() == 0)
      // Of its own; how soon is the business of a quiet machine.
      #expect(.now - start < .seconds(20))
    }
  }

  @Test func letsNobodyInAfterTheSignal() async throws {
    try await withProcess("demo", ["--port", "0"]) { demo in
      let port = try await demo.port()
      let socket = try await WebSocketClient(port: port)
      demo.signal(SIGTERM)
      #expect(try await socket.receiveFrame().opcode == WebSocketFrame.Opcode.close)
      await #expect(throws: ClientError.self) { _ = try await RawClient(port: port) }
      await socket.raw.close()
      #expect(try await demo.waitForExit() == 0)
    }
  }

  @Test func itsPortIsFreeAtOnce() async throws {
    let port = try await withProcess("demo", ["--port", "0"]) { demo in
      let port = try await demo.port()
      // The server closes first, so its side of the connection lingers in the system.
      let stream = try await EventStreamClient(port: port, path: "/evt")
      demo.signal(SIGTERM)
      _ = try await stream.rest()
      await stream.close()
      #expect(try await demo.waitForExit() == 0)
      return port
    }
    try await withProcess("demo", ["--port", "\(port)"]) { demo in
      let again = try await demo.port()
      #expect(again == port)
    }
  }
}
