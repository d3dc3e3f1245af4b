import Comet
import TestSupport
import Testing

/// Data as a script. The callback's name comes from the request, so it must be a name and nothing else.
@Suite struct JSONPTests {
  @LoopActor static func addRoutes(_ routes: inout Routes) {
    routes.get("/data") { request in
      try .jsonp(callback: request.query["cb"], json: #"{"a":"</script>\#u{2028}\#u{2029}é"}"#)
    }
  }

  @Test(arguments: ["show", "a.b.c", "$", "_1", String(repeating: "a", count: 64)])
  func callsAFunctionOfThePage(name: String) async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let answer = try await RawResponse.get("/data?cb=\(name)", port: site.port)
      #expect(answer.status == 200)
      #expect(answer.text == name + #"({"a":"\u003C/script>\u2028\u2029\u00E9"});"#)
      #expect(answer["Content-Type"]?.hasPrefix("application/javascript") == true)
      #expect(answer["X-Content-Type-Options"] == "nosniff")
    }
  }

  @Test(arguments: [
    "", "?cb", "?cb=", "?callback=show", "?cb=alert(1)//", "?cb=alert%281%29%2F%2F", "?cb=a%0d%0aX:%20y",
    "?cb=%3Cscript%3E",
    "?cb=1a", "?cb=a.1", "?cb=a..b", "?cb=.a", "?cb=a.", "?cb=a%20b", "?cb=a;b", "?cb=a[0]", "?cb=a%00",
    "?cb=%E2%80%A8",
    "?cb=" + String(repeating: "a", count: 65), "?cb=" + String(repeating: "a", count: 200),
  ])
  func refusesAnythingElse(query: String) async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let answer = try await RawResponse.get("/data\(query)", port: site.port)
      #expect(answer.status == 400)
      // The refusal is no script either.
      #expect(answer["Content-Type"] == "text/plain; charset=utf-8")
      #expect(answer["X-Content-Type-Options"] == "nosniff")
      #expect(!answer.text.contains("alert") && answer["X"] == nil)
    }
  }
}
