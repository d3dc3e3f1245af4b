// Messages with numbers, and a history of the last ones: what makes a long poll lose nothing. Between two polls a
// message waits in the history; the cursor of the next poll says where to go on (RFC 6202 §2.1).

import CometLoop

/// A numbered stream of messages with a bounded history.
@LoopActor
public final class Broadcaster<Value: Sendable> {
  /// A message with its number.
  public struct Message: Sendable {
    /// From 1, without gaps.
    public let id: Int
    /// What was published.
    public let value: Value
  }

  /// The answer to one poll.
  public struct Batch: Sendable {
    /// Everything after the cursor, oldest first; empty when the time was over before something came.
    public let messages: [Message]
    /// What to ask for next.
    public let cursor: Int
    /// Whether messages between the old cursor and these have been lost, because they are no longer kept.
    public let reset: Bool
  }

  /// The most messages that are kept.
  public let historyLimit: Int
  /// The number of the newest message; 0 before the first.
  public private(set) var lastID = 0

  private var history: [Message] = []
  private var waiting: [ObjectIdentifier: Waiter<Void>] = [:]

  /// - Parameter history: how many messages are kept, at least 1.
  public nonisolated init(history: Int = 1000) {
    historyLimit = max(1, history)
  }

  /// Adds a message and wakes everybody who waits for one.
  ///
  /// - Returns: its number.
  @discardableResult
  public func publish(_ value: Value) -> Int {
    lastID += 1
    history.append(Message(id: lastID, value: value))
    // Dropped many at a time, so that a message does not move all the others.
    if history.count >= 2 * historyLimit { history.removeFirst(history.count - historyLimit) }
    let woken = waiting
    waiting = [:]
    for waiter in woken.values { waiter.wake(()) }
    return lastID
  }

  /// The messages after a cursor; waits for one when there is none yet.
  ///
  /// - Parameters:
  ///   - cursor: the `cursor` of the last batch. Nil begins with what comes next. One that is older than the history,
  ///     or was never given out, gets the whole history with `reset`.
  ///   - time: the longest wait; proxies cut requests that take much longer than the default.
  /// - Throws: `CancellationError` when the task is cancelled while it waits.
  public func next(after cursor: Int?, within time: Duration = .seconds(25)) async throws -> Batch {
    let cursor = cursor ?? lastID
    if cursor == lastID {
      let waiter = Waiter<Void>()
      let key = ObjectIdentifier(waiter)
      waiting[key] = waiter
      defer { waiting[key] = nil }
      _ = try await waiter.wait(within: time)
    }
    return batch(after: cursor)
  }

  /// The messages after a cursor that are there already.
  public func batch(after cursor: Int) -> Batch {
    let kept = history.suffix(historyLimit)
    guard let oldest = kept.first?.id else { return Batch(messages: [], cursor: lastID, reset: cursor != lastID) }
    guard cursor >= oldest - 1, cursor <= lastID else {
      return Batch(messages: Array(kept), cursor: lastID, reset: true)
    }
    return Batch(messages: Array(kept.suffix(lastID - cursor)), cursor: lastID, reset: false)
  }
}

extension Broadcaster.Message: Encodable where Value: Encodable {}
extension Broadcaster.Batch: Encodable where Value: Encodable {}
