import TestSupport
import Testing
import WorkshopChecks

/// Grades a server on a thread of its own: graders block, and the pool of the tests is small.
func grade(
  _ rules: [Rule], port: Int, patience: Duration = .seconds(3), budget: Duration = .seconds(60)
) async -> Grade {
  await timedGrade(rules, port: port, patience: patience, budget: budget).grade
}

/// Tells also how long it has taken, without the wait for its turn.
func timedGrade(
  _ rules: [Rule], port: Int, patience: Duration, budget: Duration
) async -> (grade: Grade, time: Duration) {
  await Turnstile.graders.pass {
    let start = ContinuousClock.now
    let grade = await withCheckedContinuation { continuation in
      detach {
        var grader = Grader(Target(port: port))
        grader.patience = patience
        grader.budget = budget
        continuation.resume(returning: grader.grade(rules))
      }
    }
    return (grade, ContinuousClock.now - start)
  }
}

extension Grade {
  /// The names of the rules that have not passed.
  var broken: [String] { outcomes.filter { $0.verdict != .passed }.map(\.rule.name) }

  /// For the message of a test that fails.
  var story: String {
    outcomes.filter { $0.verdict != .passed }.map { outcome in
      "\(outcome.rule.name): \(outcome.rule.sentence)\nexpected: \(outcome.expected)\ngot: \(outcome.got)\n"
        + "sent:\n\(outcome.sent)\nreceived:\n\(outcome.received)\n"
    }.joined(separator: "\n")
  }
}

/// A right server passes; one that breaks a rule fails that rule and no other.
///
/// - Parameter fault: the rule's name and, behind a comma, how it is broken where there are several ways.
func expect(_ rules: [Rule], breaking fault: String?, by handler: @escaping @Sendable (RawPeer) -> Void) async {
  let server = RawServer(handler)
  let grade = await grade(rules, port: server.port)
  server.stop()
  let rule = fault.map { [String($0.prefix { $0 != "," })] }
  #expect(grade.broken == rule ?? [], Comment(rawValue: grade.story))
}
