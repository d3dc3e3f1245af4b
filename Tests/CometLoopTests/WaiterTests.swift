import Glibc
import Testing

@testable import CometLoop

@LoopActor
@Suite struct WaiterTests {
  @Test func givesTheValueThatWakesIt() async throws {
    let waiter = Waiter<Int>()
    spawn { waiter.wake(7) }
    #expect(try await waiter.wait(within: .seconds(30)) == 7)
  }

  @Test func keepsAValueThatComesFirst() async throws {
    let waiter = Waiter<Int>()
    waiter.wake(7)
    waiter.wake(8)
    #expect(try await waiter.wait() == 7)
  }

  /// The value comes before the wait, after it, or while it begins: it is never lost.
  @Test func keepsAValueThatComesWhileItBegins() async throws {
    for round in 1...500 {
      let waiter = Waiter<Int>()
      // Both from threads of their own, so that each round has another order.
      async let value = Self.outside { try await waiter.wait(within: .seconds(10)) }
      async let woken: Void = Self.outside { await Self.wake(waiter, round) }
      try await woken
      #expect(try await value == round)
    }
  }

  private static func wake(_ waiter: Waiter<Int>, _ value: Int) { waiter.wake(value) }

  @concurrent private nonisolated static func outside<Value: Sendable>(
    _ body: @Sendable () async throws -> Value
  ) async throws -> Value {
    try await body()
  }

  @Test func givesNilWhenTheTimeIsOver() async throws {
    let start = ContinuousClock.now
    #expect(try await Waiter<Int>().wait(within: .milliseconds(20)) == nil)
    #expect(.now - start >= .milliseconds(20))
  }

  @Test func throwsWhenItsTaskIsCancelled() async throws {
    let waiter = Waiter<Int>()
    let task = Task { @LoopActor in try await waiter.wait(within: .seconds(60)) }
    await Task.yield()
    // From another thread than the loop's.
    await Task.detached { task.cancel() }.value
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func throwsWhenItsTaskWasCancelledBefore() async throws {
    let task = Task { @LoopActor in
      withUnsafeCurrentTask { $0?.cancel() }
      try await sleep(for: .seconds(60))
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func everythingOfTheLoopRunsOnOneThread() async throws {
    let here = pthread_self()
    try await sleep(for: .milliseconds(1))
    #expect(pthread_self() == here)
    let there = Waiter<Bool>()
    spawn {
      try? await sleep(for: .milliseconds(1))
      there.wake(pthread_self() == here)
    }
    #expect(try await there.wait(within: .seconds(30)) == true)
  }
}
