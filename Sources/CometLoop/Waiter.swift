// The one way to wait on the loop for something that is not a socket.

/// One suspended task, woken once: by a value, by its time limit, or by its cancellation.
///
/// A waiter is used for one wait. A value that comes before the wait is kept for it.
@LoopActor
public final class Waiter<Value: Sendable> {
  private enum State {
    case idle
    case woken(Value?)
    case waiting(UnsafeContinuation<Value?, any Error>, Timer?)
    case done
  }

  private var state = State.idle

  /// A waiter that nobody waits on yet.
  public init() {}

  /// Suspends until `wake`, at most for `limit`.
  ///
  /// - Parameter limit: measured on the loop's monotonic clock; nil means for ever.
  /// - Returns: the value given to `wake`; nil when the limit has passed.
  /// - Throws: `CancellationError` when the task is cancelled, also when it was cancelled before.
  public func wait(within limit: Duration? = nil) async throws -> Value? {
    try Task.checkCancellation()
    return try await withTaskCancellationHandler {
      try await withUnsafeThrowingContinuation { continuation in
        // Looked at here, where nothing can come in between any more.
        if case .woken(let value) = state {
          state = .done
          return continuation.resume(returning: value)
        }
        var timer: Timer?
        if let limit {
          // From now, not from the start of the turn: a turn may have been long.
          timer = Timer(deadline: .now + limit) { self.finish(.success(nil)) }
        }
        if let timer { EventLoop.shared.timers.add(timer) }
        state = .waiting(continuation, timer)
      }
    } onCancel: {
      // On whatever thread cancels. The wait above is in place by the time that this runs on the loop.
      spawn { self.finish(.failure(CancellationError())) }
    }
  }

  /// Ends the wait with a value. Later calls do nothing.
  public func wake(_ value: Value) {
    if case .idle = state { state = .woken(value) } else { finish(.success(value)) }
  }

  private func finish(_ result: Result<Value?, any Error>) {
    guard case .waiting(let continuation, let timer) = state else { return }
    state = .done
    if let timer { EventLoop.shared.timers.cancel(timer) }
    continuation.resume(with: result)
  }
}

/// Suspends the task without holding the loop.
///
/// - Throws: `CancellationError`, as soon as the task is cancelled: for a handler, when its client has left or
///   the server stops.
@LoopActor
public func sleep(for duration: Duration) async throws {
  _ = try await Waiter<Never>().wait(within: duration)
}
