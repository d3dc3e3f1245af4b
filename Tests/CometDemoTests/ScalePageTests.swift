import CometDemo
import Foundation
import TestSupport
import Testing

/// The page with the numbers of the benchmark.
@Suite struct ScalePageTests {
  @Test func showsReceivedTextAsText() throws {
    let page = try PageSource(page: "scale.html")
    for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write"] {
      #expect(!page.text.contains(sink), "\(sink)")
    }
  }

  @Test func whatItLoadsIsThere() async throws {
    try await withDemo { demo in
      let links = try PageSource(page: "scale.html").links.filter { $0.hasPrefix("/") }
      for path in links + ["/scale.json"] {
        let response = try await demo.get(path)
        #expect(response.status == 200, "\(path)")
      }
    }
  }

  /// Each figure of the file is a row of a table, and each server has as many bars as the other.
  @Test(.opensPages, .enabled(if: Browser.isInstalled || isCI, "\(Browser.missingMessage)"))
  func drawsTheRunInTheFile() async throws {
    let run = try JSON(text: try Project.text("www/scale.json"))
    let rows = run["rows"]?.array.filter { $0["isInTable"] == true } ?? []
    #expect(!rows.isEmpty)
    try await withDemo { demo in
      try await withPage(demo.url("/scale.html")) { page in
        try await page.waitUntil(
          "a row for each figure",
          "document.querySelectorAll('tbody tr:not(.group)').length === \(rows.count)")
        let bars = try await page.execute(
          "return document.querySelectorAll('.fill.comet').length === document.querySelectorAll('.pair').length", [])
        #expect(bars == .bool(true))
        let error = try await page.execute("return document.getElementById('error').textContent", [])
        #expect(error == .string(""))
        let errors = try await page.consoleErrors()
        #expect(errors == [])
      }
    }
  }
}
