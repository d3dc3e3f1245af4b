import Comet
import TestSupport
import Testing

/// A client that leaves while its answer is held: noticed at once, the handler cancelled, nothing left behind.
@Suite struct LeavingClientTests {
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

  @Test(arguments: ["/hold", "/ticks"], Way.allCases)
  func cancelsTheHandlerAtOnce(path: String, way: Way) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", path)
      try await eventually("the handler is at work") { await site.notes.running == 1 }
      await leave(client, way)
      try await eventually("the handler is gone") { await site.notes.running == 0 }
      #expect(await site.notes.cancelled == 1)
      // A client that has only half-closed sees the end, and no end of a body that is not complete.
      if way == .halfClose {
        let (bytes, end) = try await client.receiveToEnd()
        #expect(end == .finished)
        #expect(path == "/hold" ? bytes.isEmpty : !bytes.text.hasSuffix("0\r\n\r\n"))
      }
      await client.close()
      try await site.expectQuiet()
    }
  }

  /// What was answered before, and waits to be read, still arrives.
  @Test(arguments: ["/hold", "/ticks"])
  func keepsTheAnswersBefore(path: String) async throws {
    let text = String(repeating: "x", count: 30_000)
    try await withSite(routes: { $0.get("/text") { _ in .text(text) } }) { site in
      for count in 1...12 {
        let client = try await RawClient(port: site.port, receiveBuffer: 4096)
        for _ in 1...count { try await client.sendRequest("GET", "/text") }
        try await client.sendRequest("GET", path)
        await client.halfClose()
        for _ in 1...3 { _ = try await site.server.settled() }
        for _ in 1...count { #expect(try await client.response().text == text) }
        _ = try await client.receiveToEnd()
        try await site.expectQuiet()
      }
    }
  }

  /// A stream that does nothing but write hears of it as soon as it has to wait.
  @Test func endsAWriterForAClientThatHasHalfClosed() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/flood")
      _ = try await client.head()
      await client.halfClose()
      #expect(try await client.receiveToEnd().end == .finished)
      try await site.expectQuiet()
    }
  }

  /// The handler waits for room, not for an event: the connection's end wakes it.
  @Test(arguments: [Way.close, .reset])
  func endsAWriterThatWaitsForRoom(way: Way) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", "/flood")
      _ = try await client.receive(count: 100_000)
      await leave(client, way)
      try await site.expectQuiet()
    }
  }

  /// A handler that takes no notice of its cancellation is told by its next write.
  @Test(arguments: [Way.close, .reset])
  func aWriteToSomebodyWhoHasGoneThrows(way: Way) async throws {
    let notes = HandlerNotes()
    try await withSite(routes: { routes in
      routes.get("/deaf") { _ in
        .stream { body in
          try await notes.watch {
            while true {
              try await body.write("?")
              // Somebody else's work, which knows nothing of the client.
              await spawn { try? await sleep(for: .milliseconds(2)) }.value
            }
          }
        }
      }
    }) { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/deaf")
      _ = try await client.nextPiece()
      await leave(client, way)
      try await eventually("the handler is gone") { await notes.running == 0 }
      try await site.expectQuiet()
    }
  }

  /// `printf … | nc -N`: what needs no waiting is answered whole.
  @Test(arguments: [("/hello", "hello"), ("/stream", "onetwo, three")])
  func whoHalfClosesWithTheRequestGetsAnAnswer(path: String, text: String) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", path)
      await client.halfClose()
      #expect(try await client.response().text == text)
      #expect(try await client.receiveToEnd().end == .finished)
    }
  }

  @Test(
    arguments: [
      "", "GET /hel", "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhe",
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
    ], Way.allCases)
  func leavesNothingBehindWhereverItStops(part: String, way: Way) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      try await client.send(part)
      try await eventually("the client is accepted") { await site.server.connectionCount == 1 }
      await leave(client, way)
      if way == .halfClose { _ = try await client.receiveToEnd() }
      await client.close()
      try await site.expectQuiet()
      #expect(await site.notes.calls == 0)
    }
  }

  /// The client is there and waits: that a task of the handler's own was cancelled is an error as any other.
  @Test func aCancellationThatIsNotTheClientsIsAnError() async throws {
    try await withSite(routes: { $0.get("/mistake") { _ in throw CancellationError() } }) { site in
      let client = try await RawClient(port: site.port)
      #expect(try await client.request("GET", "/mistake").status == 500)
      #expect(try await client.request("GET", "/hello").status == 200)
    }
  }

  @Test func manyLeaveAtOnce() async throws {
    try await withSite { site in
      var clients: [RawClient] = []
      for _ in 0..<60 {
        let client = try await RawClient(port: site.port)
        try await client.sendRequest("GET", "/hold")
        clients.append(client)
      }
      try await eventually("all are held") { await site.notes.running == 60 }
      for (number, client) in clients.enumerated() { await leave(client, number % 2 == 0 ? .close : .reset) }
      try await site.expectQuiet()
      #expect(await site.notes.cancelled == 60)
    }
  }
}

extension RawClient {
  /// Reads a head and the first chunk.
  fileprivate func nextPiece() async throws -> [UInt8]? {
    _ = try await head()
    return try await nextChunk()
  }
}
