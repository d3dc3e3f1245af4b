import Testing

@testable import CometLoop

@Suite(.timeLimit(.minutes(1)))
struct LoopExecutorTests {
  /// A job from another thread may come to stand behind the loop's own. The loop must not sleep before it has run.
  @Test func aJobFromOutsideIsNeverLeftBehindTheLoop() async {
    for _ in 1...3_000 {
      await withTaskGroup { group in
        for _ in 1...8 { group.addTask { await Self.touch() } }
      }
    }
  }

  @LoopActor private static func touch() {}
}
