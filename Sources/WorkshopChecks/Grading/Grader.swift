/// Checks a server, rule by rule, over the wire.
///
/// One rule after the other, since a server may have state that all its clients share. Every wait has a limit, and so
/// has the whole: a server that hangs, floods or sends garbage gets a failed grade, in bounded time and memory.
public struct Grader: Sendable {
  /// The server.
  public let target: Target
  /// The longest wait for anything that has to happen at once.
  public var patience = Duration.seconds(3)
  /// The longest time for all rules together.
  public var budget = Duration.seconds(120)

  /// A grader of the server at this address.
  public init(_ target: Target) {
    self.target = target
  }

  /// Checks the rules. It blocks its thread until it has an outcome for each.
  ///
  /// - Parameter report: is told of each outcome as soon as it is known.
  public func grade(_ rules: [Rule], report: (Outcome) -> Void = { _ in }) -> Grade {
    let end = ContinuousClock.now + budget
    var outcomes: [Outcome] = []
    var silences = 0
    var hopeless: String?
    for rule in rules {
      if hopeless == nil, ContinuousClock.now >= end { hopeless = "The time for the whole grade is over." }
      let outcome: Outcome
      if let hopeless {
        outcome = Outcome(
          rule: rule, verdict: .unchecked, sent: "", received: "", expected: "a server that answers", got: hopeless)
      } else {
        var (result, fault) = check(rule, until: end)
        for _ in 1..<rule.attempts where result.verdict == .failed && ContinuousClock.now < end {
          (result, fault) = check(rule, until: end)
        }
        outcome = result
        switch fault?.kind {
        case .unreachable: hopeless = "The server could not be reached; it may have ended at the rule before."
        case .silent where result.received.isEmpty: silences += 1
        default: silences = 0
        }
        if silences == 3 { hopeless = "The server had not answered three rules in a row." }
      }
      outcomes.append(outcome)
      report(outcome)
    }
    return Grade(outcomes: outcomes)
  }

  private func check(_ rule: Rule, until end: ContinuousClock.Instant) -> (Outcome, Fault?) {
    let session = Session(target, patience: patience, end: end)
    var fault: Fault?
    do {
      try rule.check(session)
    } catch let broken as Fault {
      fault = broken
    } catch {
      fault = Fault(expected: "an answer that can be read", got: "\(error)")
    }
    session.closeAll()
    let outcome = Outcome(
      rule: rule, verdict: fault == nil ? .passed : .failed, sent: session.transcript.sent,
      received: session.transcript.received, expected: fault?.expected ?? "", got: fault?.got ?? "")
    return (outcome, fault)
  }
}
