// The one way to wait on the loop for something that is not a socket.

/// One suspended task, woken once: by a value, by its time limit, or by its cancellation.
///
/// A waiter is used for one wait. A value that comes before the wait is kept for it.
@LoopActor
public final class Waiter<Value: Sendable>: LoopTimer {
  private enum State {
    case idle
    case woken(Value?)
    case waiting(UnsafeContinuation<Value?, any Error>)
    case done
  }

  private var state = State.idle

  /// Suspends until `wake`, at most for `limit`.
  ///
  /// - Parameter limit: measured on the loop's monotonic clock; nil means for ever.
  /// - Returns: the value given to `wake`; nil when the limit has passed.
  /// - Throws: `CancellationError` when the task is cancelled, also when it was cancelled before.
  public func wait(within limit: Duration? = nil) async throws -> Value? {
    try await withTaskCancellationHandler {
      try await withUnsafeThrowingContinuation { begin($0, limit) }
    } onCancel: {
      // On whatever thread cancels. The wait above is in place by the time that this runs on the loop.
      spawn { self.finish(.failure(CancellationError())) }
    }
  }

  /// Ends the wait with a value. Later calls do nothing.
  public func wake(_ value: Value) {
    if case .idle = state { state = .woken(value) } else { finish(.success(value)) }
  }

  /// The time limit has passed.
  public override func fire() {
    finish(.success(nil))
  }

  /// What has happened already is looked at here, where nothing can come in between any more.
  private func begin(_ continuation: UnsafeContinuation<Value?, any Error>, _ limit: Duration?) {
    if Task.isCancelled {
      state = .done
      continuation.resume(throwing: CancellationError())
    } else if case .woken(let value) = state {
      state = .done
      continuation.resume(returning: value)
    } else {
      state = .waiting(continuation)
      if let limit { start(after: limit) }
    }
  }

  private func finish(_ result: Result<Value?, any Error>) {
    guard case .waiting(let continuation) = state else { return }
    state = .done
    stop()
    continuation.resume(with: result)
  }
}
