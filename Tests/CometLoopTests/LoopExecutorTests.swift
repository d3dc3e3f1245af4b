import Testing

@testable import CometLoop

@Suite(.timeLimit(.minutes(1)))
struct LoopExecutorTests {
  /// A job from another thread may come to stand behind the loop's own. The loop must not sleep before it has run.
  @Test func aJobFromOutsideIsNeverLeftBehindTheLoop() async {
    for _ in 1...20_000 {
      await Task.detached { await Self.touch() }.value
    }
  }

  @LoopActor private static func touch() {}
}
