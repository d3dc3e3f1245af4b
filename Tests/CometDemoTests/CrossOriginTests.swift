import TestSupport
import Testing

@Suite struct CrossOriginTests {
  /// The page is from `localhost` and asks `127.0.0.1`.
  @Test(arguments: Mounting.allCases)
  func letsThePageReadTheTime(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "cors", tick: .seconds(3600)) { demo in
      let origin = "http://localhost:\(demo.port)"
      let response = try await demo.expectGolden("cors", get: "/cors", fields: ["Origin": origin])
      #expect(response.status == 200)
      #expect(response["Content-Type"] == "text/plain")
      #expect(response["Access-Control-Allow-Origin"] == origin)
      #expect(response["Vary"] == "Origin")
      #expect(response.all("Access-Control-Allow-Credentials") == [])
      #expect(TimeForms.isNow(TimeForms.long(response.text)), "\(response.text)")
    }
  }

  @Test(arguments: ["localhost", "127.0.0.1", "[::1]"])
  func agreesToEachNameOfItsOwn(_ name: String) async throws {
    try await withDemo { demo in
      let origin = "http://\(name):\(demo.port)"
      let response = try await demo.get("/cors", fields: ["Host": "127.0.0.1:\(demo.port)", "Origin": origin])
      #expect(response["Access-Control-Allow-Origin"] == origin)
      #expect(response["Vary"] == "Origin")
    }
  }

  @Test(arguments: [
    "http://evil.test", "http://localhost.evil", "http://evil.localhost.test:PORT", "null", "http://localhost:1",
    "https://localhost:PORT", "http://localhost:PORT.evil.test", "http://1.2.3.4", "file://", "*", "",
  ])
  func agreesToNobodyElse(_ origin: String) async throws {
    try await withDemo { demo in
      let origin = origin.replacing("PORT", with: "\(demo.port)")
      let response = try await demo.get("/cors", fields: ["Origin": origin])
      #expect(response.all("Access-Control-Allow-Origin") == [])
      #expect(response["Vary"] == "Origin")
    }
  }

  @Test func anAnswerWithoutAnOriginVariesToo() async throws {
    try await withDemo { demo in
      let response = try await demo.expectGolden("cors-same-origin", get: "/cors")
      #expect(response.all("Access-Control-Allow-Origin") == [])
      #expect(response["Vary"] == "Origin")
    }
  }

  @Test func answersAPreflight() async throws {
    try await withDemo { demo in
      func preflight(_ origin: String) async throws -> RawResponse {
        try await RawResponse.request(
          "OPTIONS", "/cors", port: demo.port, fields: ["Origin": origin, "Access-Control-Request-Method": "GET"])
      }
      let own = try await preflight("http://127.0.0.1:\(demo.port)")
      #expect(own.status == 204)
      #expect(own["Access-Control-Allow-Origin"] == "http://127.0.0.1:\(demo.port)")
      #expect(own["Access-Control-Allow-Methods"]?.contains("GET") == true)

      let foreign = try await preflight("http://evil.test")
      #expect(foreign.all("Access-Control-Allow-Origin") == [])
      #expect(foreign.all("Access-Control-Allow-Methods") == [])
      #expect(foreign["Vary"] == "Origin")
    }
  }
}
