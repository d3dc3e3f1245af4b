/// Suspends the task without holding the loop.
///
/// - Throws: `CancellationError`, as soon as the task is cancelled: for a handler, when its client has left or
///   the server stops.
@LoopActor
public func sleep(for duration: Duration) async throws {
  let sleeper = Sleeper(duration)
  try await withTaskCancellationHandler {
    try await withUnsafeThrowingContinuation { sleeper.begin($0) }
  } onCancel: {
    sleeper.cancel()
  }
}

/// One sleep. Apart from ``Waiter``, because most open streams are in one: what it does not need, each of them saves.
@LoopActor
private final class Sleeper: LoopTimer {
  private let duration: Duration
  private var continuation: UnsafeContinuation<Void, any Error>?

  init(_ duration: Duration) {
    self.duration = duration
  }

  func begin(_ continuation: UnsafeContinuation<Void, any Error>) {
    if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
    self.continuation = continuation
    start(after: duration)
  }

  override func fire() {
    continuation?.resume()
    continuation = nil
  }

  nonisolated func cancel() {
    spawn { [self] in
      stop()
      continuation?.resume(throwing: CancellationError())
      continuation = nil
    }
  }
}
