import Foundation
import TestSupport
import Testing

@Suite struct ScriptPaddingTests {
  @Test(arguments: Mounting.allCases)
  func callsThePageWithTheTime(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "jsonp", tick: .seconds(3600)) { demo in
      let response = try await demo.expectGolden("jsonp", get: "/jsonp?cb=callback")
      #expect(response.status == 200)
      #expect(response["Content-Type"] == "application/javascript")
      #expect(response["X-Content-Type-Options"] == "nosniff")
      let match = try #require(response.text.wholeMatch(of: /callback\(([0-9]{13})\);/), "\(response.text)")
      let milliseconds = try #require(Double(match.1))
      #expect(TimeForms.isNow(Date(timeIntervalSince1970: milliseconds / 1000)))
    }
  }

  @Test(arguments: ["a", "$", "_", "page.show", "a.b.$c_1", String(repeating: "n", count: 64)])
  func takesAName(_ name: String) async throws {
    try await withDemo { demo in
      let response = try await demo.get("/jsonp?n=1&cb=\(name)")
      #expect(response.status == 200)
      #expect(response.text.hasPrefix("\(name)("))
    }
  }

  @Test(arguments: [
    "cb=alert(1)//", "", "cb=", "cb", "callback=f", "cb=a.", "cb=.a", "cb=a..b", "cb=1a", "cb=a-b", "cb=a%20b",
    "cb=%3Cscript%3E", "cb=a%0Ab", "cb=%C3%A9", "cb=a%2528b", "cb=" + String(repeating: "n", count: 65),
    "cb=" + String(repeating: "n", count: 200),
  ])
  func refusesWhatIsNoName(_ query: String) async throws {
    try await withDemo { demo in
      let response = try await demo.get("/jsonp?\(query)")
      #expect(response.status == 400)
      // What was refused does not come back as something to run.
      #expect(response["Content-Type"]?.hasPrefix("text/plain") == true)
      #expect(response["X-Content-Type-Options"] == "nosniff")
      #expect(!response.text.contains("alert(1)"))
    }
  }

  @Test func refusesARequestWithoutAQuery() async throws {
    try await withDemo { demo in
      try await demo.expectGolden("jsonp-refused", get: "/jsonp")
    }
  }
}
