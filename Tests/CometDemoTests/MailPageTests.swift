import TestSupport
import Testing

/// The inbox, and what the page does when something goes wrong.
@Suite(.opensPages, .enabled(if: Browser.isInstalled || isCI, "\(Browser.missingMessage)"))
struct MailPageTests {
  @Test func theInboxLightsUpAndTheWaitFitsTheFailure() async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      try await withPage(demo.url("/mail.html")) { page in
        try await page.waitUntil("a poll", Self.poll)
        try await page.click("#deliver")
        try await page.waitUntil("light", "document.getElementById('inbox').className === 'lit'")
        #expect(try await page.text("#inbox").contains("1 new"))
        try await page.click("#inbox")
        #expect(try await page.text("#inbox").contains("nothing new"))

        try await page.click("#silence")
        #expect(try await page.pressed() == ["silence"])
        try await page.waitUntil("a time-out", "/in time/.test(\(Self.error))")
        #expect(try await page.pressed() == [])
        try await page.waitUntil("the next poll", "document.getElementById('wait').textContent === 'now'")
        try await page.click("#deliver")
        try await page.waitForLines(2)

        try await page.click("#fail")
        try await page.waitUntil("the failure", "/500/.test(\(Self.error))")
        try await page.waitUntil("two minutes", "/in 1[12][0-9] s/.test(document.getElementById('wait').textContent)")
        let asked = demo.log.requests.count
        try await Task.sleep(for: .seconds(1))
        #expect(demo.log.requests.count == asked)

        // A visitor who does not want to wait so long loses nothing.
        #expect(try await page.pressed() == [])
        try await page.click("#deliver")
        try await page.click("#stop")
        try await page.click("#start")
        try await page.waitUntil("the mail", "/Letter 3/.test(document.getElementById('log').textContent)")
        // The poll is held: the next thing that it hears is the end.
        try await page.waitUntil("a poll", Self.poll)
        try await page.click("#expire")
        try await page.waitUntil("the end", "/ended/.test(\(Self.error))")
        #expect(try await page.text("#status") == "stopped")
      }
    }
  }

  /// The new server knows nothing of the session, though nobody has ended it.
  @Test func opensANewSessionAtANewServer() async throws {
    try await withDemo(tick: .patience / 5) { demo in
      try await withPage(demo.url("/mail.html")) { page in
        try await page.waitUntil("a poll", Self.poll)
        try await page.click("#deliver")
        try await page.waitForLines(1)
        await demo.server.stop()
        try await page.waitUntil("that the page notices", Self.error)
        try await demo.startAgain()
        try await eventually("another session") {
          demo.log.requests.count { $0.hasPrefix("POST /pns/session") } == 2 ? () : nil
        }
        // Long before the poll, which is held for ten ticks, has its answer.
        try await page.waitUntil("no error any more", "!\(Self.error)")
        try await page.waitUntil("a poll", Self.poll)
        try await page.click("#deliver")
        try await page.waitForLines(2)
        #expect(try await page.text("#inbox").contains("2 new"))
        try await page.click("#expire")
        try await page.waitUntil("the end", "/ended/.test(\(Self.error))")
        #expect(try await page.text("#status") == "stopped")
        // Nobody has pressed Stop.
        #expect(try await page.execute("return document.activeElement.id") == "expire")
      }
    }
  }

  private static let poll = "/^waiting/.test(document.getElementById('status').textContent)"
  private static let error = "document.getElementById('error').textContent"
}
