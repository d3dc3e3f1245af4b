// Messages with numbers, and a history of the last ones: what makes every transport lose nothing. Between two polls, or
// two connections, a message waits in the history (RFC 6202 §2.2); the reader's cursor says where to go on.

import CometLoop

/// A numbered stream of messages with a bounded history, for any number of readers.
///
/// Each reader has a cursor of its own: the number of the last message that it has. Nobody waits for a slow one, and
/// nothing is queued for it; it goes on from its cursor, and when that has become older than the history, it is told so
/// by a `reset`.
@LoopActor
public final class Broadcaster<Value: Sendable>: Source {
  /// A message with its number.
  public struct Message: Sendable {
    /// From 1, without gaps.
    public let id: Int
    /// What was published.
    public let value: Value
  }

  /// What a reader gets next.
  public enum Item: Sendable {
    case message(Message)
    /// The cursor does not count: it is older than what is kept, or not from this history. What follows is all that is
    /// kept, after this number.
    case reset(to: Int)
  }

  /// The answer to one poll.
  public struct Batch: Sendable {
    /// Everything after the cursor, oldest first; empty when the time was over before something came.
    public let messages: [Message]
    /// What to ask for next.
    public let cursor: Int
    /// Whether the cursor did not count, since it is older than what is kept, or not from this history: then these are
    /// all that is kept.
    public let reset: Bool
  }

  /// Random. The numbers begin anew with each broadcaster, and so with each start of a server: a cursor counts
  /// only together with the name of the history that it is from.
  public nonisolated let name = String(UInt64.random(in: .min ... .max), radix: 36)
  /// The most messages that are kept.
  public let historyLimit: Int
  /// The number of the newest message; 0 before the first.
  public private(set) var lastID = 0

  private var history: [Message] = []
  private var subscribers = Subscribers()
  private var hasNews = false

  /// - Parameter history: how many messages are kept, at least 1.
  public nonisolated init(history: Int = 1000) {
    historyLimit = max(1, history)
  }

  /// The cursor of a reader that wants all that is kept, and nothing else.
  public var oldestCursor: Int { max(0, lastID - historyLimit) }

  /// How many readers wait for the next message.
  public var readerCount: Int { subscribers.count }

  /// Adds a message. Readers get all that were added in one turn of the loop together, at its end.
  ///
  /// - Returns: the message with its number.
  @discardableResult
  public func publish(_ value: Value) -> Message {
    lastID += 1
    let message = Message(id: lastID, value: value)
    history.append(message)
    // Dropped several at a time, so that a message does not move all the others each time.
    if history.count - historyLimit > historyLimit / 8 { history.removeFirst(history.count - historyLimit) }
    if !hasNews {
      hasNews = true
      atEndOfTurn { [self] in notifySubscribers() }
    }
    return message
  }

  /// The messages after a cursor; waits for one when there is none yet.
  ///
  /// - Parameters:
  ///   - cursor: the `cursor` of the last batch. Nil begins with what comes next. One that is older than the history,
  ///     or was never given out, gets the whole history with `reset`.
  ///   - time: the longest wait; proxies cut requests that take much longer than the default.
  /// - Throws: `CancellationError` when the task is cancelled while it waits.
  public func next(after cursor: Int?, within time: Duration? = .seconds(25)) async throws -> Batch {
    let cursor = cursor ?? lastID
    if cursor == lastID {
      let waiter = NewsWaiter(self, after: cursor)
      add(waiter)
      defer { remove(waiter) }
      _ = try await waiter.wait(within: time)
    }
    return batch(after: cursor)
  }

  /// The messages after a cursor, and then each one as it comes, for as long as the task is not cancelled.
  ///
  /// - Parameter cursor: as for ``next(after:within:)``.
  public func subscribe(after cursor: Int?) -> Subscription<Value> {
    Subscription(bus: self, cursor: cursor ?? lastID)
  }

  /// The messages after a cursor that are there already; see ``next(after:within:)``.
  public func batch(after cursor: Int) -> Batch {
    guard cursor >= oldestCursor, cursor <= lastID else {
      return Batch(messages: Array(history.suffix(historyLimit)), cursor: lastID, reset: true)
    }
    return Batch(messages: Array(history.suffix(lastID - cursor)), cursor: lastID, reset: false)
  }

  /// The first of ``Batch/items`` after a cursor; nil when there is none yet.
  func first(after cursor: Int) -> Item? {
    guard cursor >= oldestCursor, cursor <= lastID else { return .reset(to: oldestCursor) }
    return history.suffix(lastID - cursor).first.map { .message($0) }
  }

  /// The newest message of the history that fits; nil when there is none.
  public func last(where fits: (Message) -> Bool) -> Message? {
    history.suffix(historyLimit).last(where: fits)
  }

  func add(_ subscriber: any Subscriber) { subscribers.add(subscriber) }
  func remove(_ subscriber: any Subscriber) { subscribers.remove(subscriber) }

  /// From the last to the first, so that one who leaves on hearing the news makes nobody miss it.
  private func notifySubscribers() {
    hasNews = false
    for place in (0..<subscribers.count).reversed() { subscribers[place]?.news() }
  }
}

extension Broadcaster.Batch {
  /// The batch in the form of a subscription's elements.
  public var items: [Broadcaster.Item] {
    let lost: [Broadcaster.Item] = reset ? [.reset(to: (messages.first?.id ?? cursor + 1) - 1)] : []
    return lost + messages.map { .message($0) }
  }
}

extension Broadcaster.Message: Encodable where Value: Encodable {}
extension Broadcaster.Batch: Encodable where Value: Encodable {}

/// One wait of ``Broadcaster/next(after:within:)``.
@LoopActor
private final class NewsWaiter<Value: Sendable>: Subscriber {
  var place: Int32 = -1
  private let bus: Broadcaster<Value>
  private let cursor: Int
  private let waiter = Waiter<Void>()

  init(_ bus: Broadcaster<Value>, after cursor: Int) {
    self.bus = bus
    self.cursor = cursor
  }

  func wait(within time: Duration?) async throws { _ = try await waiter.wait(within: time) }

  /// What was added earlier in the turn in which the wait began is told at its end, too.
  func news() {
    if bus.lastID != cursor { waiter.wake(()) }
  }
}
