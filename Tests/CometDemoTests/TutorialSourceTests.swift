import Testing

/// The measure measures: a fence that is not so is found.
@Suite struct TutorialSourceTests {
  @Test func takesWhatBeginsInALine() throws {
    #expect(
      try SourceRegion(#"Sources/CometDemo/Polling.swift: routes.get("/time")"#).lines
        == [#"routes.get("/time") { _ in .text(LocalTime.now()) }"#])
    let held = try SourceRegion("Sources/CometDemo/LongPolling.swift: private static func heldTime").lines
    #expect(held.first?.hasPrefix("/// At every tick") == true)
    #expect(held.last == "}")
    #expect(held.contains("      try await sleep(for: settings.tick)"))
    let ask = try SourceRegion("www/polling.html: function ask()").lines
    #expect(ask.first == "function ask() {" && ask.last == "}")
    let both = try SourceRegion("www/polling.html: var xhr; … page.stop = function").lines
    #expect(both.first == "// Polling: ask, get an answer at once, wait, ask again." || both.first == "var xhr;")
    #expect(both.last == "page.stop = function () { xhr.abort(); };")
    #expect(try SourceRegion("Sources/CometDemo/Polling.swift").lines.last == "}")
  }

  @Test(arguments: [
    "", "no/such.swift", "no/such.swift: a", "Sources/CometDemo/Polling.swift: no such words",
    "Sources/CometDemo/Polling.swift: Polling", "www/polling.html: page.stop = function … var xhr;",
    "www/polling.html: a … b … c",
  ])
  func refusesWhatIsNotThere(_ source: String) {
    #expect(throws: SourceRegion.Mistake.self) { try SourceRegion(source) }
  }

  @Test func aTalkThatIsNoLongerSoIsFound() async throws {
    let ask = ["> GET /time HTTP/1.1", "> Host: localhost:8088", ">"]
    let head = [
      "< HTTP/1.1 200 OK", "< Content-Type: text/plain; charset=utf-8", "< Date: Tue, 24 Nov 2026 09:05:07 GMT",
      "< X-Content-Type-Options: nosniff", "< Content-Length: 22", "<",
    ]
    try await withDemo { demo in
      func replay(_ lines: [String]) async throws -> [String] {
        var names: [String: String] = [:]
        return try await WireFence(lines, showsFraming: false).replay(demo, &names)
      }
      let right = ask + head + ["body | 11/24/2026, 9:05:07 AM"]
      let answer1 = try await replay(right)
      #expect(answer1 == right)
      // Another date is no difference, a length that does not fit it is, and so is another form or field.
      let longer = ask + head + ["body | 11/24/2026, 10:05:07 AM"]
      let answer2 = try await replay(longer)
      #expect(answer2 != longer)
      for wrong in [["body | 24.11.2026"], [], ["body | 11/24/2026, 9:05:07 AM", "      | more"]] {
        let answer3 = try await replay(ask + head + wrong)
        #expect(answer3 != ask + head + wrong)
      }
      let other = ask + ["< HTTP/1.1 200 OK", "< Server: none", "<", "body | 11/24/2026, 9:05:07 AM"]
      let answer4 = try await replay(other)
      #expect(answer4 != other)
      for bad in [["GET /time"], ["> GET /time HTTP/1.1"]] {
        await #expect(throws: WireFence.Mistake.self) { try await replay(bad) }
      }
      await #expect(throws: WireFence.Mistake.self) {
        try await replay(["> POST /echo HTTP/1.1", "> Host: localhost:8088", "> Content-Length: 3", ">", "> four"])
      }
    }
  }
}
