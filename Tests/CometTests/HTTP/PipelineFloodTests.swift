import Glibc
import TestSupport
import Testing

@testable import Comet

/// Hundreds of requests come in one read: the others are not to suffer from it.
@Suite struct PipelineFloodTests {
  @Test(arguments: [
    "GET /note HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "POST /note HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\na",
  ])
  func theOthersHaveTheirTurn(request: String) async throws {
    let answered = TurnCount()
    try await withSite(
      routes: { routes in
        let answer: @LoopActor @Sendable (Request) -> Response = { _ in
          answered.add()
          return .text("a")
        }
        routes.get("/note") { answer($0) }
        routes.post("/note") { answer($0) }
      }
    ) { site in
      let client = try await RawClient(port: site.port)
      let count = 10_000
      async let sent: Void = client.send(String(repeating: request, count: count))
      var mostHeld = 0
      for number in 1...count {
        let response = try await client.response()
        #expect(response.text == "a")
        if number % 100 == 0 { mostHeld = max(mostHeld, await site.server.mostHeld) }
      }
      try await sent
      // No more is read before all of one read was answered.
      #expect(mostHeld <= 3 * 64 * 1024)
      #expect(await answered.count == count)
      // 64 for each occasion on which it is looked; one read holds a thousand and more.
      #expect(await answered.mostInATurn <= 256)
    }
  }
  /// Nor from a few that are dear.
  @Test func theOthersHaveTheirTurnSoonerWhenItIsLong() async throws {
    let answered = TurnCount()
    try await withSite(
      routes: { routes in
        routes.get("/dear") { _ in
          answered.add()
          usleep(3000)
          return .text("a")
        }
      }
    ) { site in
      let client = try await RawClient(port: site.port)
      let count = 40
      try await client.send(String(repeating: "HEAD /dear HTTP/1.1\r\nHost: localhost\r\n\r\n", count: count))
      for _ in 1...count { _ = try await client.response(toHEAD: true) }
      #expect(await answered.count == count)
      #expect(await answered.mostInATurn <= 8)
    }
  }

  /// Nor do those who ask for little wait for all who ask for much.
  @Test func whoAsksForLittleIsServedFirst() async throws {
    let answered = TurnCount()
    try await withSite(
      routes: { routes in
        routes.get("/dear") { _ in
          answered.add()
          usleep(1000)
          return .text("a")
        }
        routes.get("/count") { _ in .text("\(answered.count)") }
      }
    ) { site in
      let requests = String(repeating: "HEAD /dear HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 60)
      var crowd: [RawClient] = []
      for _ in 1...10 { crowd.append(try await RawClient(port: site.port)) }
      let client = try await RawClient(port: site.port)
      for other in crowd { try await other.send(requests) }
      // Everybody has had a first turn, and all have more to ask.
      try await eventually("the crowd is served") { await answered.count >= 40 }
      var between: [Int] = []
      var before = try #require(Int(try await client.request("GET", "/count").text))
      for _ in 1...4 {
        let now = try #require(Int(try await client.request("GET", "/count").text))
        between.append(now - before)
        before = now
      }
      // Four for each of the ten, if it had to wait for all. On a machine so busy that the crowd is done before, nothing
      // can be told.
      #expect((between.min() ?? 0) <= 20, "\(between)")
      for other in crowd { await other.close() }
    }
  }
}
