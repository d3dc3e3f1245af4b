import TestSupport
import Testing

@Suite struct HTMLFileStreamingTests {
  @Test(arguments: Mounting.allCases)
  func sendsElevenScripts(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "htmlfile-stream") { demo in
      let response = try await demo.expectGolden("htmlfile-stream", get: "/htmlfile")
      #expect(response.status == 200)
      #expect(response["content-type"] == "text/html")
      #expect(response["Transfer-Encoding"] == "chunked")
      #expect(response.chunks.count == 11)
      let script = /<script type="text\/javascript">parent\.process\('(0|[1-9][0-9]{0,3})'\)<\/script>/
      for chunk in response.chunks {
        let text = String(decoding: chunk, as: UTF8.self)
        #expect(text.wholeMatch(of: script) != nil, "\(text)")
      }
    }
  }

  @Test func sendsOneScriptAtEachTick() async throws {
    let tick = Duration.milliseconds(30)
    try await withDemo(tick: tick) { demo in
      let client = try await RawClient(port: demo.port)
      let start = ContinuousClock.now
      try await client.sendRequest("GET", "/htmlfile")
      let answer1 = try await client.head().status
      #expect(answer1 == 200)
      for count in 1...11 {
        let answer2 = try await client.nextChunk()
        #expect(answer2 != nil)
        #expect(.now - start >= tick * count, "script \(count) is early")
      }
      let answer3 = try await client.nextChunk()
      #expect(answer3 == nil)
    }
  }

  /// Firefox shows nothing before it knows the encoding, other browsers nothing before the first KiB.
  @Test(arguments: Mounting.allCases)
  func thePageGetsTheEncodingAndAKiBFirst(_ mounting: Mounting) async throws {
    let address = try PageSource(page: "htmlfile-stream.html").technique?.firstMatch(of: /frame\.src = '([^']+)/)?.1
    let path = String(try #require(address)) + "1"
    try await withDemo(mounting, "htmlfile-stream") { demo in
      let response = try await demo.get(path)
      #expect(response["content-type"] == "text/html")
      #expect(response.chunks.count == 12)
      let first = response.chunks.first?.text ?? ""
      #expect(first.hasPrefix("<meta charset=\"utf-8\">"))
      #expect(first.utf8.count >= 1024)
      #expect(response.chunks.dropFirst().allSatisfy { $0.text.hasPrefix("<script ") })
    }
  }

  @Test func twoClientsAtOnceHaveCountersOfTheirOwn() async throws {
    try await withDemo { demo in
      async let first = demo.get("/htmlfile").chunks.count
      async let second = demo.get("/htmlfile").chunks.count
      let answer4 = try await [first, second]
      #expect(answer4 == [11, 11])
    }
  }

  /// The document is a frame of the page, so no policy may forbid its scripts.
  @Test func mayRunItsScripts() async throws {
    try await withDemo { demo in
      let response = try await demo.get("/htmlfile")
      #expect(response.all("Content-Security-Policy") == [])
      #expect(response.all("X-Frame-Options") == [])
    }
  }
}
