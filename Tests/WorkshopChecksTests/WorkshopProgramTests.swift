import Foundation
import TestSupport
import Testing

@testable import WorkshopChecks

/// The program `workshop`, as a learner uses it.
@Suite struct WorkshopProgramTests {
  private struct Ended {
    let status: Int32
    let output: String
    let errors: String
  }

  private func workshop(_ arguments: String...) async throws -> Ended {
    try await withProcess("workshop", arguments) { program in
      let status = try await program.waitForExit(within: .seconds(90))
      return Ended(status: status, output: program.standardOutput, errors: program.standardError)
    }
  }

  /// Lends an empty folder for a learner's files.
  private func withWork(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("comet-workshop-\(UInt32.random(in: 0 ... .max))")
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  @Test func aLearnerGoesFromAFailedGradeToAPassedOne() async throws {
    try await withWork { work in
      let file = work.appendingPathComponent("polling.swift")
      let list = try await workshop("--work", work.path)
      #expect(list.status == 0)
      #expect(list.output.contains("→ polling"))

      let failed = try await workshop("verify", "polling", "--work", work.path)
      #expect(failed.status == 1)
      #expect(failed.output.contains("✗ no-store: No cache keeps the answer."))
      #expect(failed.output.contains("got:      There is no Cache-Control."))
      #expect(failed.output.contains("| GET /time HTTP/1.1\\r\\n"))

      let solution = try await workshop("solution", "polling")
      #expect(solution.status == 0)
      try solution.output.write(to: file, atomically: true, encoding: .utf8)
      let passed = try await workshop("verify", "polling", "--work", work.path)
      #expect(passed.status == 0, Comment(rawValue: passed.output))
      #expect(try await workshop("--work", work.path).output.contains("✓ polling"))

      #expect(try await workshop("reset", "polling", "--work", work.path).status == 0)
      #expect(try String(contentsOf: file, encoding: .utf8).contains("TODO"))
      #expect(try await workshop("--work", work.path).output.contains("→ polling"))
      #expect(try String(contentsOfFile: file.path + ".old", encoding: .utf8) == solution.output)

      // Done again, it has nothing to keep; and what is kept is not written over.
      #expect(try await workshop("reset", "polling", "--work", work.path).status == 0)
      #expect(try String(contentsOfFile: file.path + ".old", encoding: .utf8) == solution.output)
      try "// mine".write(to: file, atomically: true, encoding: .utf8)
      #expect(try await workshop("reset", "polling", "--work", work.path).status == 0)
      #expect(try String(contentsOfFile: file.path + ".old", encoding: .utf8) == solution.output)
      #expect(try String(contentsOfFile: file.path + ".old2", encoding: .utf8) == "// mine")
    }
  }

  @Test(arguments: [
    ("_ = [Int]()[0]", "It crashed"), ("exit(1)", "It ended by itself."),
  ])
  func aServerThatEndsIsNamed(statement: String, end: String) async throws {
    try await withWork { work in
      try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
      let file = work.appendingPathComponent("ending.swift")
      let server = """
        import Comet
        import Foundation

        let polling = Server { routes in
          routes.get("/time") { _ in
            \(statement)
            return .text("")
          }
        }

        """
      try server.write(to: file, atomically: true, encoding: .utf8)
      let grade = try await workshop("verify", "polling", "--file", file.path)
      #expect(grade.status == 1)
      #expect(grade.output.contains("has not lived to the end of the grade. \(end)"), "\(grade.output.suffix(500))")
      // The line that crashed.
      #expect(grade.errors.contains("ending.swift:6") == end.contains("crashed"))
    }
  }

  @Test func aFileThatDoesNotCompileIsAFailedGradeWithTheCompilersWords() async throws {
    try await withWork { work in
      try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
      let file = work.appendingPathComponent("wrong.swift")
      try "import Comet\n\nlet polling = Server { routes in routes.gte() }\n".write(
        to: file, atomically: true, encoding: .utf8)
      let grade = try await workshop("verify", "polling", "--file", file.path)
      #expect(grade.status == 1)
      #expect(grade.output.contains("does not compile"))
      #expect(grade.output.contains("wrong.swift:3"))
    }
  }

  @Test func watchingGradesAgainWhenTheFileIsSaved() async throws {
    try await withWork { work in
      let solution = try await workshop("solution", "jsonp").output
      try await withProcess("workshop", ["watch", "jsonp", "--work", work.path]) { watch in
        _ = try await watch.line(containing: "of 10 rules pass", within: .seconds(90))
        try solution.write(to: work.appendingPathComponent("jsonp.swift"), atomically: true, encoding: .utf8)
        _ = try await watch.line(containing: "10 of 10 rules pass", within: .seconds(90))
      }
    }
  }

  @Test func aLearnersFileCanBeTriedByHand() async throws {
    try await withWork { work in
      try await withProcess("workshop", ["run", "polling", "--port", "0", "--work", work.path]) { program in
        let line = try await program.line(containing: "polling listens on ", within: .seconds(90))
        let target = try #require(Target(url: String(line.split(separator: " ")[3])))
        #expect(await grade(PollingRules.all, port: target.port).passedCount == 4)
      }
    }
  }

  @Test func anyRunningServerIsGraded() async throws {
    try await withWork { work in
      let right = RawServer { ScriptPaddingServer(fault: nil).serve($0) }
      let passed = try await workshop(
        "verify", "jsonp", "--url", "http://127.0.0.1:\(right.port)/", "--work", work.path)
      right.stop()
      #expect(passed.status == 0, Comment(rawValue: passed.output))
      let wrong = RawServer { ScriptPaddingServer(fault: "nosniff").serve($0) }
      let failed = try await workshop("verify", "jsonp", "--url=http://127.0.0.1:\(wrong.port)", "--work", work.path)
      wrong.stop()
      #expect(failed.status == 1)
      #expect(failed.output.contains("9 of 10 rules pass."))
    }
  }

  @Test(arguments: [
    ["verify"], ["verify", "nothing"], ["verify", "sse", "--url"], ["verify", "sse", "--url", "https://x"],
    ["verify", "sse", "--url", "http://x", "--file", "y"], ["hint"], ["dance"], ["--fast"], ["reset", "sse", "ws"],
    ["hint", "sse", "--bytes"], ["run"], ["run", "sse", "--port", "x"], ["verify", "sse", "--port", "1"],
  ])
  func wrongUsageEndsWithStatus2(arguments: [String]) async throws {
    try await withProcess("workshop", arguments) { program in
      let status = try await program.waitForExit(within: .seconds(30))
      #expect(status == 2)
      #expect(program.standardError.contains("--help"))
    }
  }

  @Test func helpAndHintsAreForPeople() async throws {
    let help = try await workshop("--help")
    #expect(help.status == 0)
    #expect(help.output.contains("workshop verify SLUG --url URL"))
    let hint = try await workshop("hint", "ws")
    #expect(hint.status == 0)
    #expect(hint.output.contains("tutorials/exercises/ws.md"))
  }

  @Test func everyExerciseHasItsFiles() throws {
    let exercises = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("tutorials/exercises")
    func names(_ folder: String, _ suffix: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: exercises.appendingPathComponent(folder).path)
        .filter { $0.hasSuffix(suffix) && $0 != "README.md" }.map { String($0.dropLast(suffix.count)) }.sorted()
    }
    let slugs = Exercise.all.map(\.slug).sorted()
    #expect(try names("starters", ".swift") == slugs)
    #expect(try names("solutions", ".swift") == slugs)
    #expect(try names("", ".md") == slugs)
    for slug in slugs {
      let starter = try String(contentsOf: exercises.appendingPathComponent("starters/\(slug).swift"), encoding: .utf8)
      #expect(starter.contains("TODO"))
    }
  }
}
