import TestSupport
import Testing

/// The client object in a browser.
@Suite(.opensPages, .enabled(if: Browser.isInstalled || isCI, "\(Browser.missingMessage)"))
struct IMPageTests {
  @Test func losesAndDoublesNothing() async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      try await withPage(demo.url("/im.html")) { page in
        let markup = "<img src=x onerror=\"window.injected=1\">"
        try await demo.emit("message", .string(markup))
        try await page.waitForLines(1)
        // A trouble is marked from its button until it has happened.
        try await page.click("#lose")
        #expect(try await page.pressed() == ["lose"])
        try await demo.emit("greeting", "an answer is lost")
        try await page.waitForLines(2)
        #expect(try await page.pressed() == [])
        try await page.click("#unheard")
        #expect(try await page.pressed() == ["unheard"])
        try await page.type("#text", "a confirmation is lost")
        try await page.click("#send")
        try await page.waitForLines(3)
        // What its object sends again, the server knows.
        try await eventually("it is sent again") { demo.log.requests.count { $0.hasPrefix("POST /im") } >= 4 }
        try await demo.emit("farewell", "end")
        try await page.waitForLines(4)
        #expect(try await page.pressed() == [])
        let lines = try await page.lines()
        #expect(lines.count == 4)
        for (line, words) in zip(lines, ["message 1", "greeting 2", "message 3", "farewell 4"]) {
          #expect(line.contains(words), "\(lines)")
        }
        let injected = try await page.execute("return window.injected === 1 || !!document.querySelector('#log img')")
        #expect(injected == .bool(false))
      }
    }
  }

  /// What is not sent yet waits for the next start.
  @Test func asksNothingWhenItIsStopped() async throws {
    try await withDemo { demo in
      try await withPage(demo.url("/im.html")) { page in
        try await page.execute(
          """
          window.asked = { GET: 0, POST: 0 };
          const fail = (address, init) => {
            asked[init.method || 'GET']++;
            return Promise.reject(new Error('away'));
          };
          window.other = im('/im', { firstWait: 5, longestWait: 5, fetch: fail });
          other.start().emit('message', 'hello');
          """)
        try await page.waitUntil("some attempts", "asked.GET > 3 && asked.POST > 3")
        let others = try await page.execute(
          """
          other.stop();
          const before = asked.GET + asked.POST;
          return new Promise((resolve) => setTimeout(() => {
            resolve(asked.GET + asked.POST - before);
            asked = { GET: 0, POST: 0 };
            other.start();
          }, 100));
          """)
        #expect(others == 0)
        try await page.waitUntil("it goes on", "asked.GET > 3 && asked.POST > 3")
        try await page.execute("other.stop()")
      }
    }
  }

  /// What is no JSON is the caller's mistake at once, and holds up no other message.
  @Test func refusesWhatIsNoJSON() async throws {
    try await withDemo { demo in
      try await withPage(demo.url("/im.html")) { page in
        let error = try await page.execute(
          """
          window.other = im('/im').start();
          try { other.emit('message', 1n); } catch (error) { other.emit('message', 'after'); return error.name; }
          """)
        #expect(error == "TypeError")
        try await page.waitForLines(1)
        try await page.execute("other.stop()")
      }
    }
  }

  @Test func goesOnWithANewServer() async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      try await withPage(demo.url("/im.html")) { page in
        for text in ["one", "two"] { try await demo.emit("message", .string(text)) }
        try await page.waitForLines(2)
        await demo.server.stop()
        try await page.type("#text", "meanwhile")
        try await page.click("#send")
        try await demo.startAgain()
        for text in ["three", "four", "five"] { try await demo.emit("message", .string(text)) }
        try await page.waitForLines(6)
        let lines = try await page.lines()
        for text in ["one", "two", "three", "four", "five", "meanwhile"] {
          #expect(lines.count { $0.contains(text) } == 1, "\(lines)")
        }
      }
    }
  }
}

extension Browser {
  /// The buttons of troubles that are still to happen, by their ids.
  func pressed() async throws -> [String] {
    try await execute("return [...document.querySelectorAll('[aria-pressed=true]')].map((button) => button.id)")
      .array.compactMap(\.string)
  }
}
