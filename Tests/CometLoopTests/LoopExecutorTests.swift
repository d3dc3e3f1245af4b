import Glibc
import Synchronization
import Testing

@testable import CometLoop

@Suite struct LoopExecutorTests {
  final class Count: Sendable {
    private let number = Atomic<Int>(0)
    var value: Int { number.load(ordering: .relaxed) }
    func add() { number.add(1, ordering: .relaxed) }
  }

  /// A job from another thread may come to stand behind the loop's own. The loop must not sleep before it has run.
  ///
  /// While one job keeps the thread busy, the loop's own comes to wait, and another one behind it. Each has a deadline:
  /// a job that is never run would never end the test.
  @Test func aJobFromOutsideIsNeverLeftBehindTheLoop() async throws {
    let count = Count()
    for round in 1...20 {
      Task.detached { await Self.touch { usleep(10_000) } }
      try await Task.sleep(for: .milliseconds(5))
      Task.detached { await Self.touch { count.add() } }
      let deadline = ContinuousClock.now + .seconds(60)
      while count.value < round, .now < deadline { try await Task.sleep(for: .microseconds(100)) }
      try #require(count.value == round, "the loop sleeps, and a job waits")
    }
  }

  /// Many at once, in any order with those of the loop.
  @Test func jobsFromManyThreadsAreAllRun() async {
    for _ in 1...1_000 {
      await withTaskGroup { group in
        for _ in 1...8 { group.addTask { await Self.touch {} } }
      }
    }
  }

  /// A task of the loop may leave it for what takes long, as the documentation of `LoopActor` says: here something that
  /// ends only when another task has run on the loop.
  @Test func whatTakesLongCanRunElsewhere() async throws {
    let count = Count()
    let wasElsewhere = await spawn {
      spawn { count.add() }
      return await withTaskExecutorPreference(globalConcurrentExecutor) { await Self.waitBlocking(for: count) }
    }.value
    #expect(wasElsewhere)
  }

  private static func waitBlocking(for count: Count) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(30)
    while count.value == 0, .now < deadline { usleep(1000) }
    return count.value > 0
  }

  @LoopActor private static func touch(_ done: @Sendable () -> Void) { done() }
}
