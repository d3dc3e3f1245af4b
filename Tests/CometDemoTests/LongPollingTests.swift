import TestSupport
import Testing

@Suite struct LongPollingTests {
  /// The article has `/time`; beside the other techniques that path belongs to polling.
  private static func path(_ mounting: Mounting) -> String { mounting == .alone ? "/time" : "/lpc/time" }

  @Test(arguments: Mounting.allCases)
  func answersWithTheTime(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "lpc") { demo in
      let golden = mounting == .alone ? "lpc-alone" : "lpc"
      let response = try await demo.expectGolden(golden, get: Self.path(mounting))
      #expect(response.status == 200)
      #expect(response["Content-Length"] == "\(response.body.count)")
      #expect(response.all("Transfer-Encoding") == [])
      #expect(TimeForms.isNow(TimeForms.short(response.text)), "\(response.text)")
    }
  }

  @Test(arguments: Mounting.allCases)
  func isHeld(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "lpc", tick: .seconds(3600)) { demo in
      let client = try await RawClient(port: demo.port)
      try await client.sendRequest("GET", Self.path(mounting))
      // The server reads its clients in the order in which they came.
      let answer1 = try await demo.get("/site.js").status
      #expect(answer1 == 200)
      try await client.expectOpen()
    }
  }

  /// Six draws of ten answer, so that of 40 requests some are held for more than one tick (all but once in 10⁸ runs).
  @Test func isAnsweredAtATickButNotAtEachOne() async throws {
    let tick = Duration.milliseconds(50)
    try await withDemo(tick: tick) { demo in
      let durations = try await withThrowingTaskGroup(of: Duration.self) { group in
        for _ in 1...40 {
          group.addTask {
            try await ContinuousClock().measure { _ = try await demo.get("/lpc/time") }
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(durations.allSatisfy { $0 >= tick })
      #expect(durations.contains { $0 >= tick * 2 })
    }
  }

  @Test func thePathsOfTheArticleAreOnlyHeldAlone() async throws {
    try await withDemo(.together, tick: .seconds(3600)) { demo in
      let answer2 = try await demo.get("/time").status
      #expect(answer2 == 200)
    }
  }
}
