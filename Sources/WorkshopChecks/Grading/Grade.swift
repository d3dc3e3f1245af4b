/// What became of one rule.
public struct Outcome: Sendable {
  /// How a rule can end.
  public enum Verdict: Sendable, Equatable {
    /// The server keeps the rule.
    case passed
    /// The server breaks the rule.
    case failed
    /// It could not be found out, since the server does not answer any more. It counts as not passed.
    case unchecked
  }

  /// The rule.
  public let rule: Rule
  /// How it ended.
  public let verdict: Verdict
  /// The bytes that were sent, made readable; long ones are shortened.
  public let sent: String
  /// The bytes that came back, made readable; long ones are shortened.
  public let received: String
  /// What a right server does; empty when the rule has passed.
  public let expected: String
  /// What this one did; empty when the rule has passed.
  public let got: String
}

/// All rules of an exercise, and what became of each.
public struct Grade: Sendable {
  /// In the order of the rules.
  public let outcomes: [Outcome]

  /// Whether all rules have passed.
  public var isPassed: Bool { !outcomes.isEmpty && outcomes.allSatisfy { $0.verdict == .passed } }
  /// How many rules have passed.
  public var passedCount: Int { outcomes.count { $0.verdict == .passed } }
}
