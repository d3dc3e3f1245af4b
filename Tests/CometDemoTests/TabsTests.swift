import TestSupport
import Testing

@Suite struct TabsTests {
  @Test(arguments: Mounting.allCases)
  func theBusIsAStreamOfNumberedMessages(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "tabs") { demo in
      let client = try await RawClient(port: demo.port)
      let request = "GET /tabs/bus?history=&after=0 HTTP/1.1\r\nHost: localhost:\(demo.port)\r\n\r\n"
      try await client.send(request)
      var transcript = Transcript()
      transcript.add(">", head: request)
      transcript.add("<", head: try await client.head().text)
      let reset = try #require(try await client.nextChunk())
      let history = try #require(reset.text.firstMatch(of: /"data":"([^"]+)"/)).1
      transcript.add("chunk", body: Array(reset.text.replacing(history, with: "<history>").utf8))
      for body in [#"{"name":"message","data":"<b>one"}"#, #"{"name":"message","data":"two\nlines"}"#] {
        let answer = try await demo.post("/tabs/bus", body)
        #expect(answer.status == 201)
        transcript.add("chunk", body: try #require(try await client.nextChunk()))
      }
      try expectGolden(transcript.text.masked(.dates, .port(demo.port)), "tabs")
    }
  }

  @Test func theBusGoesOnAfterACursor() async throws {
    try await withDemo { demo in
      for text in ["one", "two", "three"] { try await demo.post("/tabs/bus", #"{"name":"message","data":"\#(text)"}"#) }
      let first = try await EventStreamClient(port: demo.port, path: "/tabs/bus")
      let history = try #require(try JSON(text: try await first.next().data)["data"]?.string)
      let second = try await EventStreamClient(port: demo.port, path: "/tabs/bus?history=\(history)&after=2")
      #expect(try JSON(text: try await second.next().data)["data"] == "three")
    }
  }

  /// The streams that take the connections, also when the demo runs alone.
  @Test(arguments: Mounting.allCases)
  func hasTheStreamsOfTheArticle(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "tabs") { demo in
      let events = try await demo.get("/evt").chunks
      #expect(events.count == 9)
    }
  }

  @Test func refusesBadInput() async throws {
    try await withDemo { demo in
      for query in ["after=x", "after=-1", "after="] {
        let answer = try await demo.get("/tabs/bus?\(query)")
        #expect(answer.status == 400)
        #expect(answer.isOneLine)
      }
      let long = "{\"name\":\"message\",\"data\":\"\(String(repeating: "d", count: 65_537))\"}"
      for (body, status) in [("", 400), ("{", 400), ("{}", 400), (#"{"name":"reset"}"#, 400), (long, 413)] {
        let answer = try await demo.post("/tabs/bus", body)
        #expect(answer.status == status)
        #expect(answer.isOneLine)
      }
      try await demo.post("/tabs/bus", #"{"name":"message","data":"good"}"#)
      let stream = try await EventStreamClient(port: demo.port, path: "/tabs/bus")
      _ = try await stream.next()
      #expect(try JSON(text: try await stream.next().data)["id"] == 1)
    }
  }
}

/// Several tabs of one browser.
@Suite(.opensPages, .enabled(if: Browser.isInstalled || isCI, "\(Browser.missingMessage)"))
struct TabsPageTests {
  /// With a worker, and without one as in browsers that have none.
  @Test(arguments: [true, false])
  func allTabsShareOneStream(hasWorker: Bool) async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      try await withPage(demo.url("/tabs.html")) { page in
        let tabs = [try await page.window(), try await page.newWindow(), try await page.newWindow()]
        for tab in tabs {
          try await page.switchTo(tab)
          if tab != tabs[0] { try await page.open(demo.url("/tabs.html")) }
          if !hasWorker { try await page.withoutWorker() }
        }
        let markup = "<img src=x onerror=\"window.injected=1\">"
        for (number, tab) in tabs.enumerated() {
          try await page.switchTo(tab)
          try await page.type("#text", "from \(number) \(markup)")
          try await page.click("#send")
        }
        for tab in tabs {
          try await page.switchTo(tab)
          try await page.waitForLines(3)
          let lines = try await page.lines()
          #expect(lines.count == 3)
          #expect(lines.enumerated().allSatisfy { $0.element.contains("from \($0.offset) \(markup)") }, "\(lines)")
          let injected = try await page.execute("return window.injected === 1 || !!document.querySelector('#log img')")
          #expect(injected == .bool(false))
        }
        let streams = demo.log.requests.count { $0.hasPrefix("GET /tabs/bus") }
        // Each of the others begins with the worker, before it is without one.
        #expect(hasWorker ? streams == 1 : streams <= 4, "\(streams) streams")

        // The tab that was first closes; the others go on.
        try await page.switchTo(tabs[0])
        try await page.closeWindow()
        try await page.switchTo(tabs[1])
        try await page.type("#text", "still there")
        try await page.click("#send")
        for tab in tabs.dropFirst() {
          try await page.switchTo(tab)
          try await page.waitForLines(4)
          let lines = try await page.lines()
          #expect(lines.count == 4)
        }
      }
    }
  }

  @Test func theSeventhStreamHangsUntilOneEnds() async throws {
    try await withDemo(tick: .seconds(2)) { demo in
      try await withPage(demo.url("/tabs.html")) { page in
        try await page.waitUntil("the shared stream", "document.getElementById('status').textContent === 'open'")
        try await page.click("#open")
        try await page.waitUntil("five have opened", "document.getElementById('hanging').textContent === '1'")
        #expect(try await page.text("#own") == "6")
        // A message has to wait as well, and says so.
        try await page.type("#text", "late")
        try await page.click("#send")
        try await page.waitUntil("the reason", "document.getElementById('notes').textContent.includes('waits')")
        // What comes on the open streams does not take the note away.
        try await page.execute("window.seen = document.getElementById('messages').textContent")
        try await page.waitUntil("one more", "document.getElementById('messages').textContent !== seen")
        #expect(try await page.text("#notes").contains("waits"))
        #expect(try await page.text("#hanging") == "1")
        try await page.click("#close")
        try await page.waitUntil("it opens", "document.getElementById('hanging').textContent === '0'")
        #expect(try await page.text("#own") == "5")
        // The stream that waited has taken the connection: the message still waits.
        #expect(try await page.text("#notes").contains("waits"))
        try await page.click("#close")
        try await page.waitUntil("the message", "document.getElementById('log').textContent.includes('late')")
        try await page.waitUntil("no note", "document.getElementById('notes').textContent === ''")
      }
    }
  }

  /// On a wide window the code stands in two columns, and its long lines go on further in.
  @Test func readsWellOnAWideWindow() async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      try await withPage(demo.url("/tabs.html")) { page in
        try await page.setWindow(width: 1440, height: 900)
        let script = """
          const rects = (element) => {
            const range = document.createRange();
            range.selectNodeContents(element);
            return [...range.getClientRects()];
          };
          const steps = [...document.querySelectorAll('pre span')].flatMap((line) => {
            const [first, ...others] = rects(line);
            const second = others.find((rect) => rect.top > first.top && rect.width > 0);
            return second ? [second.left - first.left] : [];
          });
          const labels = [...document.querySelectorAll('.line')].map((label) => Math.round(rects(label)[0].top));
          return [steps.length, steps.every((step) => step > 0), labels.length, new Set(labels).size];
          """
        try await eventually("the code") { try await page.execute(script).array.first?.number ?? 0 > 0 }
        let found = try await page.execute(script).array
        #expect(Array(found.dropFirst()) == [true, 6, 1])
        try await page.setWindow(width: 800, height: 600)
      }
    }
  }

  /// A browser that keeps no data of a site refuses the worker. The page says so, and its own streams still work.
  @Test func whereNothingCanBeSharedItSaysSo() async throws {
    try await withDemo(tick: .seconds(2)) { demo in
      try await withPage(demo.url("/tabs.html")) { page in
        try await page.click("#stop")
        try await page.execute("window.SharedWorker = function () { throw new Error('denied'); }")
        try await page.click("#start")
        #expect(try await page.text("#status") == "nothing is shared: denied")
        try await page.click("#open")
        // From the keyboard: the button that switches itself off hands the focus on.
        try await page.execute("const close = document.getElementById('close'); close.focus(); close.click()")
        #expect(try await page.text("#own") == "5")
        try await page.execute("for (let n = 0; n < 5; n++) document.getElementById('close').click()")
        #expect(try await page.execute("return document.activeElement.id") == "open")
        try await page.click("#open")
        try await page.click("#stop")
        #expect(try await page.text("#own") == "0")
        #expect(try await page.text("#status") == "stopped")
      }
    }
  }

  @Test func readsOnAfterARestart() async throws {
    try await withDemo(tick: .milliseconds(200)) { demo in
      try await withPage(demo.url("/tabs.html")) { page in
        for text in ["one", "two"] { try await demo.post("/tabs/bus", #"{"name":"message","data":"\#(text)"}"#) }
        try await page.waitForLines(2)
        try await page.execute(
          """
          const status = document.getElementById('status');
          window.states = [];
          new MutationObserver(() => states.push(status.textContent)).observe(status, { subtree: true, characterData: true });
          """)
        await demo.server.stop()
        try await page.waitUntil("that the page notices", "document.getElementById('error').textContent")
        try await page.waitUntil("a countdown", "/in 2 s,retrying in 1 s/.test(states.join())")
        try await demo.startAgain()
        for text in ["three", "four", "five"] {
          try await demo.post("/tabs/bus", #"{"name":"message","data":"\#(text)"}"#)
        }
        try await page.waitForLines(5)
        let lines = try await page.lines()
        #expect(lines.count == 5)
      }
    }
  }
}

extension Browser {
  /// Starts the page once more, as if the browser had no SharedWorker.
  fileprivate func withoutWorker() async throws {
    try await click("#stop")
    try await execute("delete window.SharedWorker")
    try await click("#start")
  }
}
