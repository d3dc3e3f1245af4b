import CometLoop

/// The messages of a broadcaster, as a sequence to iterate over on the loop.
public struct Subscription<Value: Sendable>: AsyncSequence, AsyncIteratorProtocol {
  let bus: Broadcaster<Value>
  var cursor: Int
  private var items: ArraySlice<Broadcaster<Value>.Item> = []

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
    while items.isEmpty {
      let batch = try await bus.next(after: cursor, within: nil)
      cursor = batch.cursor
      items = batch.items[...]
    }
    return items.popFirst()
  }
}
