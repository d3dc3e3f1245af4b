import Foundation
import Glibc
import TestSupport
import Testing

/// A log that goes into a pipe whose reader has stopped to read.
@Suite struct UnreadLogTests {
  /// Runs the demo with the pipe as its standard error, and lends its port and our end of the pipe.
  private func withUnreadLog(_ body: (ChildProcess, Int, Int32) async throws -> Void) async throws {
    try await withFolder { folder in
      let pipe = folder.appendingPathComponent("log").path
      try #require(mkfifo(pipe, 0o600) == 0)
      // For both ways, so that neither opening nor reading waits for the other side.
      let log = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC)
      try #require(log >= 0)
      defer { close(log) }
      let command = ["-c", #"exec "$0" --port 0 2>"$LOG""#, try builtExecutable("demo").path]
      try await withProcess("/bin/sh", command, environment: ["LOG": pipe]) { demo in
        try await body(demo, try await demo.port(), log)
      }
    }
  }

  private func lines(of log: Int32) -> [String] {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    let count = max(0, read(log, &buffer, buffer.count))
    return String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// More than a pipe takes, and each line longer than what it takes at once.
  private func fill(_ port: Int) async throws {
    let client = try await RawClient(port: port)
    let path = "/" + String(repeating: "a", count: 5000)
    for _ in 1...40 { #expect(try await client.request("GET", path).status == 404) }
    await client.close()
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func holdsUpNeitherClientsNorSignals(_ signal: Int32) async throws {
    try await withUnreadLog { demo, port, _ in
      try await fill(port)
      demo.signal(signal)
      #expect(try await demo.waitForExit() == 0)
    }
  }

  @Test func saysHowManyLinesAreMissing() async throws {
    try await withUnreadLog { _, port, log in
      try await fill(port)
      let first = lines(of: log)
      #expect(first.allSatisfy { $0.contains(" 404 GET /aaa") && $0.utf8.count < PIPE_BUF })
      _ = try await RawResponse.get("/time", port: port)
      let rest = lines(of: log)
      #expect(rest.count == 2)
      #expect(rest.first == "(left out, since nobody read the log: \(40 - first.count) lines)")
      #expect(rest.last?.contains(" 200 GET /time ") == true)
    }
  }
}
