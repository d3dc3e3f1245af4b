/// One thing that a server has to do, and how to find out whether it does.
public struct Rule: Sendable {
  /// The name by which a rule is known within its exercise: `blank-line`.
  public let name: String
  /// The rule, in one sentence.
  public let sentence: String
  /// Where it comes from: a clause of an RFC or of a living standard, or the exercise's own text.
  public let clause: String
  /// What to look at when it is broken.
  public let hint: String
  /// How often a server may try. A rule about time gets a second chance: a busy machine can make a right server late.
  let attempts: Int
  /// Talks to the server; throws a ``Fault`` when the rule is broken.
  let check: @Sendable (Session) throws -> Void

  init(
    _ name: String, _ sentence: String, clause: String, hint: String, attempts: Int = 1,
    check: @escaping @Sendable (Session) throws -> Void
  ) {
    self.name = name
    self.sentence = sentence
    self.clause = clause
    self.hint = hint
    self.attempts = attempts
    self.check = check
  }
}

/// How a rule was broken.
struct Fault: Error {
  enum Kind {
    /// Something came, and it was wrong.
    case wrong
    /// Nothing came in time.
    case silent
    /// There was no connection to be had.
    case unreachable
    /// A WebSocket was asked for, and an error of HTTP came.
    case refused
  }

  let expected: String
  let got: String
  var kind = Kind.wrong

  init(expected: String, got: String, _ kind: Kind = .wrong) {
    self.expected = expected
    self.got = got
    self.kind = kind
  }
}
