import TestSupport
import Testing

/// The class around the WebSocket, in a browser. The answer to a heartbeat has one tick: more than a busy machine takes.
@Suite(.opensPages, .enabled(if: Browser.isInstalled || isCI, "\(Browser.missingMessage)"))
struct ReconnectPageTests {
  @Test func comesBackAfterADropAndAfterSilence() async throws {
    try await withDemo(tick: .seconds(1)) { demo in
      try await withPage(demo.url("/reconnect.html")) { page in
        try await page.waitUntil("the connection", Self.isOpen)
        try await page.say("<img src=x onerror=\"window.injected=1\">")
        try await page.waitForLines(1)
        for trouble in ["drop", "silence"] {
          try await page.click("#\(trouble)")
          try await page.say("said after \(trouble)")
        }
        try await page.waitForLines(3)
        try await page.waitUntil("nothing is queued", "\(Self.queue) === '0'")
        let lines = try await page.lines()
        #expect(lines.count == 3)
        // On a busy machine an answer may be late, and then the page comes back once more.
        #expect(Int(try await page.text("#requests")) ?? 0 >= 3)
        let injected = try await page.execute("return window.injected === 1 || !!document.querySelector('#log img')")
        #expect(injected == .bool(false))
        // The browser itself says nothing of a WebSocket that was closed in order.
        let errors = try await page.consoleErrors()
        #expect(errors == [])
      }
    }
  }

  @Test func keepsWhatIsSaidWhileTheServerIsAway() async throws {
    try await withDemo(tick: .seconds(1)) { demo in
      try await withPage(demo.url("/reconnect.html")) { page in
        try await page.waitUntil("the connection", Self.isOpen)
        await demo.server.stop()
        try await page.waitUntil("that the page notices", "document.getElementById('error').textContent")
        for text in ["one", "two"] { try await page.say(text) }
        #expect(try await page.text("#queue") == "2")
        try await demo.startAgain()
        try await page.waitForLines(2)
        let lines = try await page.lines()
        #expect(lines.count == 2 && lines[0].contains("one") && lines[1].contains("two"), "\(lines)")
      }
    }
  }

  /// What has come back is not sent to the new server: it would be a new message there.
  @Test func doublesNothingAcrossARestart() async throws {
    try await withDemo(tick: .seconds(5)) { demo in
      try await withPage(demo.url("/reconnect.html")) { page in
        try await page.waitUntil("the connection", Self.isOpen)
        try await page.say("before")
        try await page.waitForLines(1)
        try await page.waitUntil("that it is known to have arrived", "\(Self.queue) === '0'")
        await demo.server.stop()
        try await page.waitUntil("that the page notices", "document.getElementById('error').textContent")
        // Neither Stop nor Start loses what is in the queue.
        try await page.say("after")
        try await page.click("#stop")
        try await demo.startAgain()
        try await page.click("#start")
        try await page.waitForLines(2)
        let lines = try await page.lines()
        #expect(lines.count == 2 && lines[0].contains("before") && lines[1].contains("after"), "\(lines)")
      }
    }
  }

  @Test func aTextThatIsNotSentStaysInItsField() async throws {
    try await withDemo(tick: .seconds(1)) { demo in
      try await withPage(demo.url("/reconnect.html")) { page in
        try await page.waitUntil("the connection", Self.isOpen)
        try await page.click("#stop")
        try await page.say("not yet")
        try await page.waitUntil("why not", "/^Start first/.test(document.getElementById('error').textContent)")
        let kept = try await page.execute("return document.getElementById('text').value")
        #expect(kept == "not yet")
        try await page.click("#start")
        try await page.click("#send")
        try await page.waitForLines(1)
        let left = try await page.execute("return document.getElementById('text').value")
        #expect(left == "")
      }
    }
  }

  /// The time for a heartbeat may come while the other end closes the connection.
  @Test func saysNothingOnASocketThatIsClosing() async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      try await withPage(demo.url("/reconnect.html")) { page in
        try await page.execute(
          """
          window.opened = 0;
          window.WebSocket = class extends WebSocket { constructor(url) { super(url); window.last = this; } };
          window.other = new ReconnectingWebSocket(() => '/reconnect', { heartbeatInterval: 0 });
          other.onopen = () => { if (++opened === 1) Promise.resolve().then(() => last.close()); };
          """)
        try await page.waitUntil("the next connection", "opened === 2")
        try await page.execute("other.close()")
        let errors = try await page.consoleErrors()
        #expect(errors == [])
      }
    }
  }

  /// Two timers of one kind would beat twice as often; none may be left after the end.
  @Test func leaksNoTimer() async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      try await withPage(demo.url("/reconnect.html")) { page in
        try await page.waitUntil("the connection", Self.isOpen)
        // With more time for an answer than a busy machine takes.
        try await page.execute(
          """
          window.beats = 0;
          window.began = performance.now();
          window.other = new ReconnectingWebSocket(
            () => '/reconnect', { heartbeatInterval: 200, heartbeatTimeout: 60000 });
          other.onbeat = () => beats++;
          for (let i = 0; i < 20; i++) other.send(JSON.stringify({ name: 'message', data: i, id: String(i) }));
          """)
        try await page.waitForLines(20)
        try await page.waitUntil("some beats", "beats >= 10")
        // One each 200 ms by the clock of the page, and one or two at once for what was said. A leak makes it two or
        // more.
        let beats = try await page.execute("return beats * 200 / (performance.now() - began)").number ?? 0
        #expect(beats < 1.8)
        let before = try await page.execute("other.close(); return beats")
        try await Task.sleep(for: .milliseconds(600))
        #expect(try await page.execute("return beats") == before)
        let refused = try await page.execute(
          """
          const other = new ReconnectingWebSocket('/reconnect');
          try { other.send(''); return false; } catch (error) { return error instanceof TypeError; } finally { other.close(); }
          """)
        #expect(refused == .bool(true))
      }
    }
  }

  private static let isOpen = "document.getElementById('status').textContent === 'open'"
  private static let queue = "document.getElementById('queue').textContent"
}

extension Browser {
  /// Types a message and sends it.
  fileprivate func say(_ text: String) async throws {
    try await type("#text", text)
    try await click("#send")
  }
}
