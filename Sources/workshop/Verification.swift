// Grades, and prints the grade.

import Glibc
import WorkshopChecks

enum Verification {
  /// Compiles a file, starts it and grades it.
  static func run(_ exercise: Exercise, file: String, _ book: Workbook, isLong: Bool) -> Bool {
    say("\(exercise.slug): \(book.shown(file))")
    guard access(file, R_OK) == 0 else {
      say("There is no such file, or it cannot be read.")
      return false
    }
    let isOwn = file == book.ownPath(of: exercise)
    do throws(LearnerProgram.Problem) {
      let program = try LearnerProgram(exercise, file: file)
      // A program on this machine that serves nobody else is quick, or silent.
      let keepsRules = run(exercise, program.target, patience: .milliseconds(1500), isLong: isLong)
      let end = program.end()
      if let end { say("Your program has not lived to the end of the grade. \(end)") }
      let isPassed = keepsRules && end == nil
      if isPassed, isOwn {
        book.markDone(exercise)
        if let next = book.next { say("Next: \(next.slug). It stands in \(book.text(of: next)).") }
      } else if !isPassed {
        say("What to build stands in \(book.text(of: exercise)).")
      }
      return isPassed
    } catch {
      say(error.text)
      return false
    }
  }

  /// Grades a running server.
  static func run(
    _ exercise: Exercise, _ target: Target, patience: Duration = .seconds(3), isLong: Bool
  ) -> Bool {
    var grader = Grader(target)
    grader.patience = patience
    let grade = grader.grade(exercise.rules) { say(text(of: $0, isLong: isLong)) }
    say("")
    say("\(grade.passedCount) of \(grade.outcomes.count) rules pass.")
    return grade.isPassed
  }

  private static func text(of outcome: Outcome, isLong: Bool) -> String {
    let rule = outcome.rule
    switch outcome.verdict {
    case .passed: return "\(colored("✓", 32)) \(rule.name): \(rule.sentence)"
    case .unchecked: return "\(colored("–", 33)) \(rule.name): \(rule.sentence)\n    not checked: \(outcome.got)"
    case .failed:
      return """
        \(colored("✗", 31)) \(rule.name): \(rule.sentence)
            expected: \(outcome.expected)
            got:      \(outcome.got)
            hint:     \(outcome.received.isEmpty ? unanswered : rule.hint)
            clause:   \(rule.clause)
            sent:
        \(block(outcome.sent, isLong))
            received:
        \(block(outcome.received, isLong))

        """
    }
  }

  private static let unanswered = "Nothing came back. Does the server run at this address? Does the handler return?"

  private static func block(_ text: String, _ isLong: Bool) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    guard !lines.isEmpty else { return "      | (nothing)" }
    var shown = lines.map { "      | \($0)" }
    // The beginning has the head, and the end mostly what the rule is about.
    if !isLong, lines.count > 16 {
      shown.replaceSubrange(6..<lines.count - 9, with: ["      … \(lines.count - 15) more lines; --bytes shows them"])
    }
    return shown.joined(separator: "\n")
  }

  private static func colored(_ text: String, _ color: Int) -> String {
    isatty(STDOUT_FILENO) == 1 ? "\u{1B}[\(color)m\(text)\u{1B}[0m" : text
  }
}
