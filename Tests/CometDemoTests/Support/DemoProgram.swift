import Foundation
import TestSupport
import Testing

extension ChildProcess {
  /// Waits until the demo listens; returns its port.
  func port() async throws -> Int {
    let line = try await firstLine()
    let match = try #require(line.wholeMatch(of: /Listening on http:\/\/[^ ]+:([0-9]+)/), "\(line)")
    return try #require(Int(match.1))
  }

  /// The lines of its standard error so far.
  var errorLines: [String] { standardError.split(separator: "\n").map(String.init) }
}

/// What a program printed that has ended.
struct Ended {
  let status: Int32
  let output: String
  let errors: String
}

/// Runs the demo until it ends by itself.
func runDemo(_ arguments: [String], folder: URL? = nil) async throws -> Ended {
  try await withProcess("demo", arguments, workingDirectory: folder) { demo in
    let status = try await demo.waitForExit()
    return Ended(status: status, output: demo.standardOutput, errors: demo.standardError)
  }
}

/// Lends an empty folder to a closure.
func withFolder(_ body: (URL) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("comet-tests-\(UInt32.random(in: 0...UInt32.max))")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try await body(folder)
}
