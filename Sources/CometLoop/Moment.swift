import Glibc

/// A moment on the monotonic clock, in 8 bytes: every connection keeps several of them.
public struct Moment: Comparable, Sendable {
  private let nanoseconds: Int64

  private init(_ nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// Asks the clock. What needs no more than the time of the loop's turn reads ``thisTurn``.
  public static var now: Moment {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Moment(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// The moment at which the loop's present turn began.
  @LoopActor public static var thisTurn: Moment { EventLoop.shared.now }

  /// A moment later; a duration too long to be counted ends at the end of time, 292 years after the machine's start.
  public static func + (moment: Moment, duration: Duration) -> Moment {
    // `components` of a duration that is longer than all seconds of an `Int64` would trap.
    let (seconds, attoseconds) = min(max(duration, .seconds(Int64.min)), .seconds(Int64.max)).components
    let (whole, tooLarge) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, tooLate) = moment.nanoseconds.addingReportingOverflow(whole)
    let (exact, alsoTooLate) = sum.addingReportingOverflow(attoseconds / 1_000_000_000)
    if tooLarge || tooLate || alsoTooLate { return Moment(duration < .zero ? .min : .max) }
    return Moment(exact)
  }

  /// The time between two moments.
  public static func - (later: Moment, earlier: Moment) -> Duration {
    let (difference, overflow) = later.nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    return .nanoseconds(overflow ? (later > earlier ? .max : .min) : difference)
  }

  /// Whether one is before the other.
  public static func < (left: Moment, right: Moment) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}
