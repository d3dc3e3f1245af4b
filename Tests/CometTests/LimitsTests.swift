import Foundation
import TestSupport
import Testing

@testable import Comet

/// The table of limits in the README says what the program does.
@Suite struct LimitsTests {
  /// Where a default depends on the machine, in words.
  private static let words = ["connections": "the soft limit of descriptors less 64"]

  @Test func theReadmeListsEachWithItsDefault() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
    let rows = readme.components(separatedBy: "| limit | default |").last?.components(separatedBy: "\n\n").first ?? ""
    let listed = rows.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return "\(cells[0].filter { $0 != "`" }): \(cells[1])"
    }
    #expect(listed.sorted() == defaults(of: Limits()).sorted())
  }

  /// No limit at all is a limit, too.
  @Test func eachMayBeAsLargeAsANumberCanBe() async throws {
    var limits = Limits()
    limits.request.targetBytes = .max
    limits.request.headBytes = .max
    limits.request.fieldCount = .max
    limits.request.bodyBytes = .max
    limits.webSocket = WebSocketLimits(messageBytes: .max, fragments: .max)
    limits.connections = .max
    limits.queueBytes = .max
    for time in [
      \Limits.headTime, \.bodyPause, \.idleTime, \.writePause, \.lingerTime, \.eventStreamComment, \.pingInterval,
      \.pongTime, \.stopLinger,
    ] {
      limits[keyPath: time] = .seconds(1e20)
    }
    try await withSite(limits: limits, routes: { $0.webSocket("/ws") { _, _ in } }) { site in
      let client = try await RawClient(port: site.port)
      let chunked = "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
      try await client.send(chunked)
      #expect(try await client.response().text == "a")
      await site.server.sweep(at: .now + .seconds(1))
      // A frame that announces more than any memory has.
      let socket = try await WebSocketClient(port: site.port, path: "/ws")
      try await socket.raw.send([0x82, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5])
      try await socket.send(frame: WebSocketFrame(WebSocketFrame.Opcode.ping))
      #expect(try await client.request("GET", "/hello").text == "hello")
    }
  }

  /// Every stored number, by its name, those of the parts with the part's name before it.
  private func defaults(of limits: Any, prefix: String = "") -> [String] {
    Mirror(reflecting: limits).children.flatMap { child -> [String] in
      let name = prefix + (child.label ?? "?")
      switch child.value {
      case let number as Int: return ["\(name): \(Self.words[name] ?? "\(number)")"]
      case let time as Duration: return ["\(name): \((time / .seconds(1)).formatted()) s"]
      default: return defaults(of: child.value, prefix: "\(name).")
      }
    }
  }
}
