import Testing

@testable import CometLoop

@Suite struct MomentTests {
  /// A duration can be longer than any number of seconds that fits an `Int64`.
  @Test(arguments: [.seconds(Int64.max), .seconds(1e20), .seconds(Int64.max) + .seconds(Int64.max)] as [Duration])
  func endsAtTheEndOfTime(_ duration: Duration) {
    let now = Moment.now
    #expect(now + duration == now + .seconds(Int64.max))
    #expect(now + .zero - duration == now + .seconds(Int64.min))
    #expect(now + .zero - duration < now && now < now + duration)
  }

  @Test func isExactToTheNanosecond() {
    let now = Moment.now
    #expect((now + .nanoseconds(1_500_000_001)) - now == .nanoseconds(1_500_000_001))
    #expect((now + .nanoseconds(-1)) - now == .nanoseconds(-1))
  }
}

extension Moment {
  fileprivate static func - (moment: Moment, duration: Duration) -> Moment { moment + (.zero - duration) }
}
