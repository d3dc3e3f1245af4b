import TestSupport
import Testing

@Suite struct ServerSentEventsTests {
  @Test(arguments: Mounting.allCases)
  func sendsNineEventsAndEnds(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "sse") { demo in
      let response = try await demo.expectGolden("sse", get: "/evt")
      #expect(response.status == 200)
      #expect(response["Content-Type"] == "text/event-stream")
      #expect(response["Cache-Control"] == "no-cache")
      #expect(response["Access-Control-Allow-Origin"] == "*")
      #expect(response["Transfer-Encoding"] == "chunked")
      #expect(response.chunks.count == 9)
      for (index, chunk) in response.chunks.enumerated() {
        let text = String(decoding: chunk, as: UTF8.self)
        let match = try #require(text.wholeMatch(of: /id: ([0-9]+)\ndata: ([^\n]+)\n\n/), "\(text)")
        #expect(match.1 == "\(index + 1)")
        #expect(TimeForms.isNow(TimeForms.short(String(match.2))), "\(text)")
      }
    }
  }

  @Test func continuesAfterTheLastEventOfTheClient() async throws {
    try await withDemo { demo in
      let response = try await demo.expectGolden(
        "sse-continued", get: "/evt", fields: ["Accept": "text/event-stream", "Last-Event-ID": "9"])
      #expect(response.chunks.count == 9)
      let ids = response.text.matches(of: /id: ([0-9]+)\n/).map { String($0.1) }
      #expect(ids == (10...18).map(String.init))
    }
  }

  /// What a client sends is not always what it was given.
  @Test(arguments: ["", "abc", "-1", "1e3", "9223372036854775807", "9223372036854775799", "99999999999999999999999"])
  func survivesStrangeIDs(_ id: String) async throws {
    try await withDemo(tick: .milliseconds(1)) { demo in
      let response = try await demo.get("/evt", fields: ["Last-Event-ID": id])
      #expect(response.status == 200)
      #expect(response.chunks.count == 9)
      let answer1 = try await demo.get("/time").status
      #expect(answer1 == 200)
    }
  }

  @Test func sendsOneEventAtEachTickAndEndsAtTheTenth() async throws {
    let tick = Duration.milliseconds(30)
    try await withDemo(tick: tick) { demo in
      let start = ContinuousClock.now
      let stream = try await EventStreamClient(port: demo.port, path: "/evt")
      for count in 1...9 {
        let answer2 = try await stream.next().id
        #expect(answer2 == "\(count)")
        #expect(.now - start >= tick * count, "event \(count) is early")
      }
      let answer3 = try await stream.rest()
      #expect(answer3 == [])
      #expect(.now - start >= tick * 10)
    }
  }

  @Test func twoClientsAtOnceHaveCountersOfTheirOwn() async throws {
    try await withDemo(tick: .milliseconds(20)) { demo in
      let first = try await EventStreamClient(port: demo.port, path: "/evt")
      for count in 1...4 { #expect(try await first.next().id == "\(count)") }
      let second = try await EventStreamClient(port: demo.port, path: "/evt")
      let answer4 = try await second.rest().map(\.id)
      #expect(answer4 == (1...9).map(String.init))
      let answer5 = try await first.rest().map(\.id)
      #expect(answer5 == (5...9).map(String.init))
    }
  }
}
