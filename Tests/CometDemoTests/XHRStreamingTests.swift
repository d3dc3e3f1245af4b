import TestSupport
import Testing

@Suite struct XHRStreamingTests {
  @Test(arguments: Mounting.allCases)
  func sendsElevenNumbers(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "xhr-stream") { demo in
      let response = try await demo.expectGolden("xhr-stream", get: "/stream")
      #expect(response.status == 200)
      #expect(response["content-type"] == "multipart/octet-stream")
      #expect(response["Transfer-Encoding"] == "chunked")
      #expect(response.all("Content-Length") == [])
      #expect(response.chunks.count == 11)
      for chunk in response.chunks {
        #expect(String(decoding: chunk, as: UTF8.self).wholeMatch(of: /0|[1-9][0-9]{0,3}/) != nil)
      }
    }
  }

  @Test func theNumbersAreDrawnAnew() async throws {
    try await withDemo(tick: .milliseconds(1)) { demo in
      let first = try await demo.get("/stream").text
      let second = try await demo.get("/stream").text
      #expect(first != second)
    }
  }

  @Test func sendsOneChunkAtEachTick() async throws {
    let tick = Duration.milliseconds(30)
    try await withDemo(tick: tick) { demo in
      let client = try await RawClient(port: demo.port)
      let clock = ContinuousClock()
      let start = clock.now
      try await client.sendRequest("GET", "/stream")
      // The head does not wait for the first number.
      let answer1 = try await client.head().status
      #expect(answer1 == 200)
      for count in 1...11 {
        let answer2 = try await client.nextChunk()
        #expect(answer2 != nil)
        #expect(clock.now - start >= tick * count, "number \(count) is early")
      }
      let answer3 = try await client.nextChunk()
      #expect(answer3 == nil)
    }
  }

  @Test func twoClientsAtOnceHaveCountersOfTheirOwn() async throws {
    try await withDemo(tick: .milliseconds(20)) { demo in
      let first = try await RawClient(port: demo.port)
      try await first.sendRequest("GET", "/stream")
      _ = try await first.head()
      for _ in 1...4 { #expect(try await first.nextChunk() != nil) }

      async let second = demo.get("/stream").chunks.count
      var count = 4
      while try await first.nextChunk() != nil { count += 1 }
      #expect(count == 11)
      let answer4 = try await second
      #expect(answer4 == 11)
    }
  }
}
