import Foundation
import TestSupport
import Testing

/// The program as its user starts it.
@Suite struct DemoProgramTests {
  @Test func firstSaysWhereItListens() async throws {
    try await withProcess("demo", ["--port", "0"]) { demo in
      let line = try await demo.firstLine()
      #expect(line.wholeMatch(of: /Listening on http:\/\/localhost:[1-9][0-9]*/) != nil, "\(line)")
      // It is ready when it says so, and says nothing else.
      let port = try await demo.port()
      #expect(try await RawResponse.get("/", port: port).status == 200)
      #expect(demo.standardOutput == line + "\n")
    }
  }

  @Test func answersOnBothLoopbackAddresses() async throws {
    try await withProcess("demo", ["--port", "0"]) { demo in
      let port = try await demo.port()
      for host in Loopback.hosts {
        let client = try await RawClient(port: port, host: host)
        #expect(try await client.request("GET", "/time").status == 200)
      }
    }
  }

  @Test func takesThePortThatItIsGiven() async throws {
    // A port that was free a moment ago.
    let free = try await withProcess("demo", ["--port", "0"]) { try await $0.port() }
    try await withProcess("demo", ["--port=\(free)"]) { demo in
      let port = try await demo.port()
      #expect(port == free)
    }
  }

  @Test func logsEachRequest() async throws {
    try await withProcess("demo", ["--port", "0"]) { demo in
      let port = try await demo.port()
      _ = try await RawResponse.get("/time", port: port)
      _ = try await RawResponse.get("/nowhere?a=1", port: port)
      try await eventually("two lines") { demo.errorLines.count >= 2 }
      let lines = demo.errorLines
      let time = /[0-2][0-9]:[0-5][0-9]:[0-6][0-9]/
      #expect(lines.count == 2)
      #expect(lines[0].wholeMatch(of: /(.+) 200 GET \/time [0-9]+\.[0-9] ms/)?.1.wholeMatch(of: time) != nil)
      #expect(lines[1].wholeMatch(of: /(.+) 404 GET \/nowhere\?a=1 [0-9]+\.[0-9] ms/) != nil)
    }
  }

  @Test func logsNothingWhenQuiet() async throws {
    try await withProcess("demo", ["--quiet", "--port", "0"]) { demo in
      let port = try await demo.port()
      #expect(try await RawResponse.get("/time", port: port).status == 200)
      #expect(try await RawResponse.get("/nowhere", port: port).status == 404)
      demo.signal(SIGTERM)
      #expect(try await demo.waitForExit() == 0)
      #expect(demo.standardError == "")
    }
  }

  @Test func theTickIsWhatItIsToldToBe() async throws {
    try await withProcess("demo", ["--port", "0", "--tick", "0.05"]) { demo in
      let port = try await demo.port()
      #expect(try await RawResponse.get("/site.js", port: port).text.contains("\"tick\":50"))
      let start = ContinuousClock.now
      #expect(try await RawResponse.get("/stream", port: port).chunks.count == 11)
      let duration = ContinuousClock.now - start
      // With the articles' two seconds it would take 22.
      #expect(duration >= .milliseconds(550) && duration < .seconds(20))
    }
  }

  @Test func servesOneSampleAlone() async throws {
    try await withProcess("demo", ["lpc", "--port", "0", "--tick", "0.01"]) { demo in
      let port = try await demo.port()
      #expect(try await RawResponse.get("/", port: port).text == Project.text("www/lpc.html"))
      #expect(try await RawResponse.get("/time", port: port).status == 200)
      #expect(try await RawResponse.get("/stream", port: port).status == 404)
    }
  }

  @Test func listensOnOneAddressOnly() async throws {
    try await withProcess("demo", ["--port", "0", "--host", "127.0.0.1"]) { demo in
      let port = try await demo.port()
      #expect(try await demo.firstLine() == "Listening on http://127.0.0.1:\(port)")
      #expect(try await RawResponse.get("/time", port: port, fields: ["Host": "127.0.0.1:\(port)"]).status == 200)
      await #expect(throws: ClientError.self) { _ = try await RawClient(port: port, host: "::1") }
    }
  }

  @Test(.enabled(if: Loopback.hasIPv6, "This machine has no IPv6."))
  func writesAnAddressOfIPv6InBrackets() async throws {
    try await withProcess("demo", ["--port", "0", "--host", "::1"]) { demo in
      let port = try await demo.port()
      #expect(try await demo.firstLine() == "Listening on http://[::1]:\(port)")
      let client = try await RawClient(port: port, host: "::1")
      #expect(try await client.request("GET", "/time", fields: ["Host": "[::1]:\(port)"]).status == 200)
    }
  }

  /// To open the demo to other machines one has to name this one, and is told so.
  @Test(arguments: ["0.0.0.0", "::"])
  func tellsWhoListensEverywhereWhatIsMissing(host: String) async throws {
    guard host != "::" || Loopback.hasIPv6 else { return }
    for (names, isTold) in [([], true), (["--allow-host", "demo.test"], false)] {
      try await withProcess("demo", ["--port", "0", "--host", host] + names) { demo in
        _ = try await demo.port()
        demo.signal(SIGTERM)
        #expect(try await demo.waitForExit() == 0)
        #expect(demo.standardError.contains("--allow-host NAME") == isTold)
      }
    }
  }

  @Test func answersUnderAllowedNamesOnly() async throws {
    let arguments = ["--port", "0", "--allow-host", "demo.test", "--allow-host=Second.Test"]
    try await withProcess("demo", arguments) { demo in
      let port = try await demo.port()
      for (name, status) in ["demo.test": 200, "second.test": 200, "third.test": 403, "demo.test.evil.test": 403] {
        let response = try await RawResponse.get("/time", port: port, fields: ["Host": "\(name):\(port)"])
        #expect(response.status == status, "\(name)")
      }
    }
  }
}

/// The addresses that are `localhost` here. In some containers there is no IPv6.
enum Loopback {
  static let hasIPv6 =
    (try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8))?
    .contains("00000000000000000000000000000001") == true

  static let hosts = hasIPv6 ? ["127.0.0.1", "::1"] : ["127.0.0.1"]
}
