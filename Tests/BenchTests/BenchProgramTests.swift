import Foundation
import TestSupport
import Testing

@testable import bench

/// The program itself. How fast it finds the demo to be is not asked here: a test has no quiet machine.
@Suite struct BenchProgramTests {
  @Test func measuresTheDemo() async throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "bench-\(UInt32.random(in: 0 ... .max)).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let line = ["time", "page", "echo", "churn", "--only", "comet", "--seconds", "0.2", "--turns", "1"]
    try await withProcess("bench", line + ["--json", file.path]) { bench in
      let status = try await bench.waitForExit(within: .seconds(60))
      #expect(status == 0, "\(bench.standardError)")
      #expect(bench.standardOutput.hasPrefix("| work "))
      #expect(bench.standardError.contains("time, GET /time, 64 connections: Comet"))
    }
    let results = try JSONDecoder().decode(Results.self, from: Data(contentsOf: file))
    #expect(Set(results.rows.map(\.work)) == ["time", "page", "echo", "churn"])
    for row in results.rows where row.isInTable {
      let value = try #require(row.servers["Comet"]?.value)
      #expect(value > 0, "\(row.work) \(row.figure)")
    }
    #expect(results.machine.cores > 0)
  }

  /// A server that breaks off takes nothing from the numbers of the other: here a demo that says it is Node, and lives
  /// for less time than is measured.
  @Test func whoBreaksOffIsLeftOut() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(UInt32.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let demo = try builtExecutable("demo").path
    let node = "#!/bin/sh\n[ $1 = --version ] && exec echo v0\nexec timeout 0.5 \(demo) --port 0 --quiet\n"
    // By another process: a file that this one has open for writing, and with it each child of other tests for a moment,
    // cannot be executed (execve(2), ETXTBSY).
    let write = #"printf %s "$1" > "$2" && chmod +x "$2""#
    try await withProcess("/bin/sh", ["-c", write, "sh", node, folder.path + "/node"]) { shell in
      let status = try await shell.waitForExit()
      try #require(status == 0)
    }
    let path = "\(folder.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
    let line = ["churn", "--seconds", "0.6", "--turns", "1"]
    try await withProcess("bench", line, environment: ["PATH": path]) { bench in
      let status = try await bench.waitForExit(within: .seconds(60))
      #expect(status == 1)
      #expect(bench.standardOutput.contains("| churn |"), "\(bench.standardOutput)")
      let said = bench.standardError.split(separator: "\n").filter { $0.contains("from Node: ") }
      #expect(said.map { $0.hasSuffix("; once more") } == [true, false], "\(said)")
      #expect(said.last?.hasSuffix("; left out") == true, "\(said)")
    }
  }

  @Test func saysWhatIsWrongAndEndsWithTwo() async throws {
    try await withProcess("bench", ["tiem"]) { bench in
      let status = try await bench.waitForExit()
      #expect(status == 2)
      #expect(bench.standardError.hasPrefix("bench: there is no work tiem;"))
    }
  }
}
