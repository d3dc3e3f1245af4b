import TestSupport
import Testing

@Suite struct PollingTests {
  @Test(arguments: Mounting.allCases)
  func answersAtOnceWithTheTime(_ mounting: Mounting) async throws {
    // So long a tick shows that nothing waits for it.
    try await withDemo(mounting, "polling", tick: .seconds(3600)) { demo in
      let response = try await demo.expectGolden("polling", get: "/time")
      #expect(response.status == 200)
      #expect(response["Content-Length"] == "\(response.body.count)")
      #expect(response.all("Transfer-Encoding") == [])
      #expect(response["Connection"]?.lowercased() != "close")
      #expect(TimeForms.isNow(TimeForms.short(response.text)), "\(response.text)")
    }
  }

  @Test func keepsTheConnectionForTheNextPoll() async throws {
    try await withDemo { demo in
      let client = try await RawClient(port: demo.port)
      for _ in 1...3 {
        let answer1 = try await client.request("GET", "/time").status
        #expect(answer1 == 200)
      }
      #expect(await demo.server.connectionCount == 1)
    }
  }

  @Test func doesNotMindThePagesOwnQuery() async throws {
    try await withDemo { demo in
      let answer2 = try await demo.get("/time?at=1795217360392").status
      #expect(answer2 == 200)
    }
  }
}
