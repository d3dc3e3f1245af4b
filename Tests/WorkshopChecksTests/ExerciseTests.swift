import Comet
import ExerciseKit
import TestSupport
import Testing

@testable import Solutions
@testable import Starters
@testable import WorkshopChecks

/// Each starter fails, each solution passes.
@Suite struct ExerciseTests {
  private static let starters: [String: any ExerciseServer] = [
    "polling": Starters.polling, "lpc": Starters.longPolling, "xhr-stream": Starters.xhrStream,
    "htmlfile-stream": Starters.htmlfileStream, "sse": Starters.sse, "cors": Starters.crossOrigin,
    "jsonp": Starters.scriptPadding, "ws": Starters.webSocket, "fix-counter": Starters.fixCounter,
    "fix-lost-message": Starters.fixLostMessage, "chat": Starters.chatRoom, "messages": Starters.oneAddress,
    "tabs": Starters.oneStream, "mail": Starters.mailNotification, "im": Starters.clientObject,
    "reconnect": Starters.reconnecting, "fix-frames": Starters.fixFrames, "fix-injection": Starters.fixInjection,
  ]
  private static let solutions: [String: any ExerciseServer] = [
    "polling": Solutions.polling, "lpc": Solutions.longPolling, "xhr-stream": Solutions.xhrStream,
    "htmlfile-stream": Solutions.htmlfileStream, "sse": Solutions.sse, "cors": Solutions.crossOrigin,
    "jsonp": Solutions.scriptPadding, "ws": Solutions.webSocket, "fix-counter": Solutions.fixCounter,
    "fix-lost-message": Solutions.fixLostMessage, "chat": Solutions.chatRoom, "messages": Solutions.oneAddress,
    "tabs": Solutions.oneStream, "mail": Solutions.mailNotification, "im": Solutions.clientObject,
    "reconnect": Solutions.reconnecting, "fix-frames": Solutions.fixFrames, "fix-injection": Solutions.fixInjection,
  ]

  /// The rules that a program to repair breaks, where it has several bugs.
  private static let bugs: [String: Set<String>] = [
    "fix-counter": ["type", "separator", "ten", "own-count", "leaving"]
  ]

  @Test(arguments: Exercise.all.map(\.slug))
  func theStarterFails(slug: String) async throws {
    let exercise = try #require(Exercise.named(slug))
    let server = try #require(Self.starters[slug])
    let grade = try await grade(exercise.rules, of: server, patience: .milliseconds(800))
    let isPassed = grade.isPassed
    #expect(!isPassed)
    // Each bug is seen beside the others: who mends one must not have a worse grade.
    let unseen = (Self.bugs[slug] ?? []).subtracting(grade.broken)
    #expect(unseen == [], Comment(rawValue: grade.story))
    // A starter is a beginning: it answers.
    #expect(
      grade.outcomes.allSatisfy { $0.verdict != .unchecked } || ["ws", "fix-frames"].contains(slug),
      Comment(rawValue: grade.story))
  }

  @Test(arguments: Exercise.all.map(\.slug))
  func theSolutionPasses(slug: String) async throws {
    let exercise = try #require(Exercise.named(slug))
    let server = try #require(Self.solutions[slug])
    let grade = try await grade(exercise.rules, of: server)
    let isPassed = grade.isPassed
    #expect(isPassed, Comment(rawValue: grade.story))
  }

  private func grade(
    _ rules: [Rule], of server: any ExerciseServer, patience: Duration = .seconds(20)
  ) async throws -> Grade {
    try await Turnstile.graders.pass {
      let target = try #require(Target(url: try await server.listen(port: 0)))
      let grade = await WorkshopChecksTests.grade(rules, port: target.port, patience: patience, budget: .patience * 10)
      await server.end()
      return grade
    }
  }

  @Test func everyTechniqueHasEnoughRules() {
    for exercise in Exercise.all {
      let least = ["sse", "ws", "lpc"].contains(exercise.slug) ? 10 : 5
      #expect(exercise.rules.count >= least)
      #expect(Set(exercise.rules.map(\.name)).count == exercise.rules.count)
      #expect(exercise.rules.allSatisfy { !$0.clause.isEmpty && !$0.hint.isEmpty && $0.sentence.hasSuffix(".") })
    }
  }
}
