import Comet
import CometDemo
import Foundation
import TestSupport
import Testing

/// The pages in a real browser. Without one they are skipped, and say so; with CI=true that is a failure.
@Suite(.opensPages, .enabled(if: Browser.isInstalled || isCI, "\(Browser.missingMessage)"))
struct PageTests {
  @Test(arguments: Technique.all.map(\.slug).filter { !Self.needsTalk.contains($0) })
  func receivesAndStops(slug: String) async throws {
    try await withDemo(tick: .milliseconds(100)) { demo in
      try await withPage(demo.url("/\(slug).html")) { page in
        try await page.waitUntil(
          "two messages", "\(Self.shownMessages) >= \(slug == "ws" ? 1 : 2)")
        try await page.waitUntil("a request", "Number(document.getElementById('requests').textContent) >= 1")
        try await page.click("#stop")
        try await page.waitUntil("stopped", "/stopped/.test(document.getElementById('status').textContent)")
        // That nothing more comes is no event to wait for: several ticks must pass.
        let asked = demo.log.requests.count
        try await Task.sleep(for: .milliseconds(500))
        // One may have been on its way; a script, for one, cannot be called back.
        #expect(demo.log.requests.count <= asked + 1)
        let shown = try await page.execute("return \(Self.shownMessages)", [])
        try await page.click("#start")
        try await page.waitUntil("more messages", "\(Self.shownMessages) > \(shown.number ?? 0)")
        let errors = try await page.consoleErrors()
        #expect(errors == [])
      }
    }
  }

  @Test func theIndexLinksToEveryPage() async throws {
    try await withDemo { demo in
      let index = try await demo.get("/")
      for technique in Technique.all {
        #expect(index.text.contains("href=\"/\(technique.page)\""))
        let page = try await demo.get("/\(technique.page)")
        #expect(page.status == 200)
      }
    }
  }

  @Test(arguments: Technique.all.map(\.slug))
  func showsMarkupAsText(slug: String) async throws {
    try await withServer(try HostileSite.server()) { url in
      try await withPage(url + "/\(slug).html") { page in
        try await page.waitUntil(
          "the markup, as text", "document.getElementById('log').textContent.indexOf('<img') >= 0"
        )
        let ran = try await page.execute("return window.injected === 1 || !!document.querySelector('#log img')", [])
        #expect(ran == .bool(false))
      }
    }
  }

  /// The data of a message is any JSON, and a page that cannot show it must not stop for those that follow.
  @Test(arguments: [("messages", "/api/messages", 4), ("im", "/im", 1)])
  func showsAnyData(slug: String, path: String, times: Int) async throws {
    try await withDemo(tick: .milliseconds(100)) { demo in
      try await withPage(demo.url("/\(slug).html")) { page in
        for data in [#"{"toString":1}"#, #""after""#] {
          #expect(try await demo.post(path, #"{"name":"message","data":\#(data)}"#).status == 201)
          let text = data.replacing("\"after\"", with: "after")
          try await page.waitUntil(
            data, "document.getElementById('log').textContent.split('\(text)').length > \(times)")
        }
        #expect(try await page.consoleErrors() == [])
      }
    }
  }

  /// Where nothing is said, nothing is heard. These pages have tests of their own.
  private static let needsTalk: Set = ["messages", "chat", "mail", "im", "reconnect", "tabs"]

  private static let shownMessages = "Number(document.getElementById('messages').textContent)"
}

/// Whether a missing browser is a failure.
let isCI = ProcessInfo.processInfo.environment["CI"] == "true"
