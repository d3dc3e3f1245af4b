import TestSupport
import Testing

@testable import Comet

/// The end of a server: in order, and in time.
@Suite struct StopTests {
  /// Long enough that a test which has to wait for it fails by its own deadline.
  static let patient = Limits.with { $0.stopTime = .patience * 2 }

  @Test func aHeldPollIsAnswered() async throws {
    try await withSite(limits: Self.patient) { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/hold")
      try await eventually("the poll is held") { await site.notes.running == 1 }
      let stop = Task { await site.server.stop() }
      let answer = try await client.response()
      #expect(answer.status == 503)
      #expect(answer["Retry-After"] == "1" && answer["Connection"] == "close")
      #expect(try await client.receiveToEnd().end == .finished)
      await client.close()
      await stop.value
      #expect(await site.notes.cancelled == 1)
    }
  }

  @Test func aStreamGetsItsEnd() async throws {
    try await withSite(limits: Self.patient) { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/ticks")
      _ = try await client.head()
      #expect(try await client.nextChunk()?.text == "tick\n")
      let stop = Task { await site.server.stop() }
      // The last chunk comes: the client can tell the end from a cut.
      while let chunk = try await client.nextChunk() { #expect(chunk.text == "tick\n") }
      #expect(try await client.receiveToEnd().bytes.isEmpty)
      await client.close()
      await stop.value
    }
  }

  @Test(arguments: ["", "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"])
  func anIdleConnectionIsClosed(request: String) async throws {
    try await withSite(limits: Self.patient) { site in
      let client = try await RawClient(port: site.port)
      try await client.send(request)
      if !request.isEmpty { #expect(try await client.response().status == 200) }
      try await eventually("the client is accepted") { await site.server.connectionCount == 1 }
      let stop = Task { await site.server.stop() }
      let (bytes, end) = try await client.receiveToEnd()
      #expect(bytes.isEmpty && end == .finished)
      await client.close()
      await stop.value
    }
  }

  /// A browser keeps connections open that it may never use again.
  @Test func whoHasBeenToldAndStaysIsNotWaitedFor() async throws {
    try await withSite(limits: Self.patient) { site in
      let client = try await RawClient(port: site.port)
      _ = try await client.request("GET", "/hello")
      let stop = Task { await site.server.stop() }
      #expect(try await client.receiveToEnd().end == .finished)
      // Its own half is still open.
      await site.server.sweep(after: Self.patient.stopLinger, since: .now)
      await stop.value
      await client.close()
    }
  }

  @Test(arguments: ["GET /hel", "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhe"])
  func whoHasNotFinishedAskingIsNotWaitedFor(part: String) async throws {
    try await withSite(limits: Self.patient) { site in
      let client = try await RawClient(port: site.port)
      try await client.send(part)
      try await eventually("the client is accepted") { await site.server.connectionCount == 1 }
      let stop = Task { await site.server.stop() }
      #expect(try await client.receiveToEnd().end == .finished)
      await client.close()
      await stop.value
      #expect(await site.notes.calls == 0)
    }
  }

  @Test func nobodyNewIsLetIn() async throws {
    try await withSite(limits: Self.patient) { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/flood")
      _ = try await client.head()
      let stop = Task { await site.server.stop() }
      try await eventually("the port is closed") {
        do {
          try await RawClient(port: site.port).close()
          return false
        } catch let error as ClientError {
          return error.problem == .system(call: "connect", errno: 111)
        }
      }
      await client.close()
      await stop.value
    }
  }

  /// Those who read nothing, or never go, are cut off after the time.
  @Test(arguments: ["/flood", "/hold", "/hello"])
  func whoDoesNotGoIsCutOff(path: String) async throws {
    try await withSite(limits: .with { $0.stopTime = .milliseconds(200) }) { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", path)
      try await eventually("the handler has begun") { await site.notes.calls == 1 }
      await site.server.stop()
      #expect(await site.server.connectionCount == 0)
      try await eventually("the handler is gone") { await site.notes.running == 0 }
      await client.close()
    }
  }

  /// A handler that takes no notice of its cancellation, with a client that has half-closed: the next write tells it.
  @Test func endsAWriterThatWasCancelledBefore() async throws {
    let pause = Pause()
    try await withSite(
      limits: Self.patient,
      routes: { routes in
        routes.get("/deaf") { _ in
          .stream { body in
            while true {
              try await body.write("?")
              await pause.wait()
            }
          }
        }
      }
    ) { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/deaf")
      _ = try await client.receive(until: "?")
      await client.halfClose()
      try await eventually("the server knows") { await site.server.knowsThatSomebodyHasLeft }
      await pause.end()
      _ = try await client.receive(until: "?")
      async let stopped: Void = site.server.stop()
      try await eventually("the server stops") { await site.server.isStopping }
      await pause.end()
      #expect(try await client.receiveToEnd().bytes.text.hasSuffix("0\r\n\r\n"))
      await client.close()
      await stopped
    }
  }

  @Test func withoutClientsItEndsAtOnce() async throws {
    try await withSite(limits: Self.patient) { site in
      await site.server.stop()
      #expect(await site.server.port == 0)
      // A second time there is nothing to do.
      await site.server.stop()
    }
  }

  /// A client that has all its answers loses nothing: no time needs to pass.
  @Test func anIdleClientIsNotWaitedFor() async throws {
    try await withSite(limits: Self.patient) { site in
      let client = try await RawClient(port: site.port)
      #expect(try await client.request("GET", "/hello").text == "hello")
      try await eventually("its system has confirmed all") { await site.server.mostUnconfirmed == 0 }
      await site.server.stop()
      #expect(try await client.receiveToEnd().end == .finished)
    }
  }

  @Test func canBeStartedAgain() async throws {
    try await withSite(limits: Self.patient) { site in
      for _ in 1...3 {
        await site.server.stop()
        try await site.server.start(port: 0)
        let answer = try await RawResponse.get("/hello", port: await site.server.port)
        #expect(answer.text == "hello")
      }
    }
  }
}

/// A wait that no cancellation ends.
@LoopActor
private final class Pause {
  private var waiting: CheckedContinuation<Void, Never>?

  func wait() async { await withCheckedContinuation { waiting = $0 } }

  func end() {
    waiting?.resume()
    waiting = nil
  }
}
