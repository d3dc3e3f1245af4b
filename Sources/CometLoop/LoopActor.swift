/// The actor of the event loop: what is isolated to it runs on the loop's one thread, and nowhere else.
///
/// State that is `@LoopActor` needs no lock, and the compiler proves it. Do not block here: while a handler computes,
/// nobody else is served. That is also so in what it awaits: actors, and functions that are `nonisolated` or
/// `@concurrent`, run on this thread when its task calls them, since the task prefers it. What takes long goes to
/// Swift's own threads:
///
/// ```swift
/// let picture = await withTaskExecutorPreference(globalConcurrentExecutor) { await draw(size) }
/// ```
@globalActor
public actor LoopActor {
  /// The one loop of the process.
  public static let shared = LoopActor()

  /// Jobs of this actor go to the loop's thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    LoopExecutor.shared.asUnownedSerialExecutor()
  }
}

/// Starts a task that stays on the loop's thread, also in the `nonisolated` functions that it calls.
///
/// May be called from any thread. The task is not cancelled with its caller: cancel it through the value returned.
@discardableResult
public func spawn<Value: Sendable>(_ body: @escaping @LoopActor @Sendable () async -> Value) -> Task<Value, Never> {
  // The actor alone would send every resumed continuation through the default pool and back: the preference
  // for the same executor is what keeps a whole connection on one thread.
  Task(executorPreference: LoopExecutor.shared, operation: body)
}
