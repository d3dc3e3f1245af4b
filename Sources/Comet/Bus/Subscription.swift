import CometLoop

/// The messages of a broadcaster, as a sequence to iterate over on the loop.
public struct Subscription<Value: Sendable>: AsyncSequence, AsyncIteratorProtocol, Sendable {
  let bus: Broadcaster<Value>
  var cursor: Int

  init(bus: Broadcaster<Value>, cursor: Int) {
    self.bus = bus
    self.cursor = cursor
  }

  /// The sequence itself.
  public func makeAsyncIterator() -> Subscription { self }

  /// Suspends until there is a message.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  public mutating func next() async throws -> Broadcaster<Value>.Item? {
    try await next(isolation: #isolation)
  }

  /// Suspends until there is a message; see ``next()``.
  public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Broadcaster<Value>.Item? {
    while true {
      // A reader that never has to wait hears of it, too.
      try Task.checkCancellation()
      // One at a time: a slow reader keeps none of what all others have forgotten.
      switch await bus.first(after: cursor) {
      case .message(let message)?:
        cursor = message.id
        return .message(message)
      case .reset(let id)?:
        cursor = id
        return .reset(to: id)
      case nil:
        _ = try await bus.next(after: cursor, within: nil)
      }
    }
  }
}
