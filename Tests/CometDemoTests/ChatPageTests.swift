import Comet
import TestSupport
import Testing

/// People who talk to each other, each in a window of their own.
@Suite(.opensPages, .enabled(if: Browser.isInstalled || isCI, "\(Browser.missingMessage)"))
struct ChatPageTests {
  @Test func twoWindowsTalkOverDifferentTransports() async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      try await withPage(demo.url("/chat.html")) { page in
        let first = try await page.window()
        let second = try await page.newWindow()
        try await page.switchTo(second)
        try await page.open(demo.url("/chat.html"))
        var texts: [String] = []
        for (index, ways) in [("short", "socket"), ("long", "events"), ("events", "short"), ("socket", "long")]
          .enumerated()
        {
          for (window, way) in [(first, ways.0), (second, ways.1)] {
            try await page.switchTo(window)
            try await page.click("input[value=\(way)]")
            texts.append("\(index) by \(way) <img src=x onerror=\"window.injected=1\">")
            try await page.type("#text", texts.last ?? "")
            try await page.click("#send")
            // Else the other window's message could be there first.
            try await page.waitForLines(texts.count)
          }
        }
        for window in [first, second] {
          try await page.switchTo(window)
          try await page.waitForLines(texts.count)
          let shown = try await page.lines()
          // In the same order for both, each once.
          #expect(zip(shown, texts).allSatisfy { $0.contains($1) } && shown.count == texts.count, "\(shown)")
          let injected = try await page.execute("return window.injected === 1 || !!document.querySelector('#log img')")
          #expect(injected == .bool(false))
        }
        let errors = try await page.consoleErrors()
        #expect(errors == [])
      }
    }
  }

  @Test func markupInNamesIsText() async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      let markup = "<img src=x onerror=\"window.injected=1\">"
      try await demo.say("</li><script>window.injected=1</script>", name: markup)
      try await withPage(demo.url("/chat.html")) { page in
        for way in ["short", "long", "events", "socket"] {
          try await page.click("input[value=\(way)]")
          try await demo.say(markup, name: markup)
        }
        try await page.waitForLines(5)
        let lines = try await page.lines()
        #expect(lines.allSatisfy { $0.contains(markup) })
        let injected = try await page.execute("return window.injected === 1 || !!document.querySelector('#log img')")
        #expect(injected == .bool(false))
      }
    }
  }

  /// What is written from right to left, and the marks that turn the direction, stay within their own words.
  @Test(arguments: ["/chat.html", "/messages.html"])
  func noTextTurnsItsNeighboursRound(_ path: String) async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      try await withPage(demo.url(path)) { page in
        let texts = ["مرحبا 12", "\u{202E}turned", "\u{2069}\u{202E}let out", "\u{2067}left open", "English"]
        for text in texts {
          if path == "/chat.html" {
            try await demo.say(text, name: text)
          } else {
            try await demo.post("/api/messages", try (["name": .string(text), "data": .string(text)] as JSON).text())
          }
        }
        let readers = path == "/chat.html" ? 1 : 4
        try await page.waitForLines(texts.count * readers)
        let places = try await page.execute(
          """
          return [...document.querySelectorAll('#log li')].map((line) => {
            const range = document.createRange();
            return [...line.children].map((part) => {
              range.selectNodeContents(part);
              const rects = [...range.getClientRects()];
              return [Math.min(...rects.map((rect) => rect.left)), Math.max(...rects.map((rect) => rect.right))];
            });
          });
          """)
        #expect(places.array.count == texts.count * readers)
        for line in places.array {
          let parts = line.array.map { $0.array.compactMap(\.number) }
          #expect(parts.count == 4, "the time, the name, the text, the note")
          for (part, next) in zip(parts, parts.dropFirst()) { #expect(part[1] <= next[0] + 0.5, "\(line)") }
        }
      }
    }
  }

  /// The new server knows nothing of the old one's numbers.
  @Test(arguments: ["short", "long", "events", "socket"])
  func findsTheRoomAgainAfterARestart(_ way: String) async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      try await withPage(demo.url("/chat.html")) { page in
        try await page.click("input[value=\(way)]")
        for text in ["one", "two"] { try await demo.say(text) }
        try await page.waitForLines(2)
        await demo.server.stop()
        try await page.waitUntil("that the page notices", "document.getElementById('error').textContent")
        // Said while nobody is there.
        try await page.type("#text", "meanwhile")
        try await page.click("#send")
        try await demo.startAgain()
        for text in ["three", "four", "five"] { try await demo.say(text) }
        try await page.waitForLines(6)
        let said = try await page.lines().map { $0.split(separator: ": ").last.map(String.init) ?? "" }
        for text in ["one", "two", "three", "four", "five", "meanwhile"] {
          #expect(said.count { $0.hasPrefix(text) } == 1, "\(said)")
        }
      }
    }
  }
}

extension Browser {
  /// What the page's log shows, line by line.
  func lines() async throws -> [String] {
    try await execute("return [...document.querySelectorAll('#log li')].map((line) => line.textContent)")
      .array.compactMap(\.string)
  }

  /// Waits until the log has so many lines.
  func waitForLines(_ count: Int, within limit: Duration = .patience) async throws {
    try await waitUntil("\(count) lines", within: limit, "document.querySelectorAll('#log li').length >= \(count)")
  }
}
