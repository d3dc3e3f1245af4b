import CometLoop
import CometWire

/// An answer that waits for news, without a task and without a timer: when its time is over, the sweep ends it.
@LoopActor
protocol HeldAnswer: Occupation, Subscriber {
  var connection: Connection { get }
  var exchange: Exchange { get }
  var deadline: Moment { get }
  var source: any Source { get }
  /// Whether there is something to say before the time is over.
  var hasNews: Bool { get }
  func answer() throws -> Response
}

extension HeldAnswer {
  func begin() {
    source.add(self)
    // The handler may have let some time, and a message, pass before it returned this.
    if hasNews { atEndOfTurn { self.news() } }
  }

  func news() {
    if hasNews { end(Result { try answer() }) }
  }

  func sweep(_ now: Moment, _ limits: Limits) {
    if now >= deadline { end(Result { try answer() }) }
  }

  func clientLeft() {
    source.remove(self)
    // In steps: an answer before this one may still be on its way.
    connection.beginClosing()
  }

  func serverStops() {
    end(.success(.stopping))
  }

  private func end(_ result: Result<Response, any Error>) {
    // Told of the news a second time, it has no place any more.
    guard place >= 0 else { return }
    source.remove(self)
    connection.respondLate(result, exchange)
  }
}

/// A long poll whose answer a closure makes.
@LoopActor
private final class HeldBatch<Value: Sendable>: HeldAnswer {
  typealias Answer = @LoopActor @Sendable (Broadcaster<Value>.Batch) throws -> Response

  let connection: Connection
  let exchange: Exchange
  var place: Int32 = -1
  let deadline: Moment
  private let bus: Broadcaster<Value>
  private let cursor: Int
  private let makeAnswer: Answer

  init(
    _ connection: Connection, _ exchange: Exchange, _ bus: Broadcaster<Value>, after cursor: Int,
    until deadline: Moment, _ makeAnswer: @escaping Answer
  ) {
    self.connection = connection
    self.exchange = exchange
    self.deadline = deadline
    self.bus = bus
    self.cursor = cursor
    self.makeAnswer = makeAnswer
    begin()
  }

  var source: any Source { bus }
  var hasNews: Bool { bus.lastID != cursor }
  func answer() throws -> Response { try makeAnswer(bus.batch(after: cursor)) }
}

/// A long poll for the list of a feed: all that it keeps is where it stands.
@LoopActor
private final class HeldList<Value: Sendable>: HeldAnswer {
  let connection: Connection
  let exchange: Exchange
  var place: Int32 = -1
  let deadline: Moment
  private let feed: Feed<Value>
  private let cursor: Int
  /// Whether the client has the empty list already.
  private let isKnown: Bool

  init(
    _ connection: Connection, _ exchange: Exchange, _ feed: Feed<Value>, after cursor: Int, until deadline: Moment,
    isKnown: Bool
  ) {
    self.connection = connection
    self.exchange = exchange
    self.deadline = deadline
    self.feed = feed
    self.cursor = cursor
    self.isKnown = isKnown
    begin()
  }

  var source: any Source { feed.bus }
  var hasNews: Bool { feed.lastID != cursor }
  func answer() -> Response { feed.answer(after: cursor, isKnown: isKnown && !hasNews) }
}

extension Response {
  /// A long poll: the messages after a cursor, as soon as there are any. Fields and a status that are set on what this
  /// returns go with the answer also when that comes later. Fields that `answer` gives it come besides them, unless they
  /// have the same name; each `Set-Cookie` counts.
  ///
  /// - Parameters:
  ///   - cursor: as for ``Broadcaster/next(after:within:)``.
  ///   - time: the longest wait, to a tenth of a second with the default limits; then `answer` gets an empty batch.
  ///   - answer: makes the answer. What it throws is treated as if the handler had thrown it.
  @LoopActor
  public static func next<Value>(
    of bus: Broadcaster<Value>, after cursor: Int?, within time: Duration = .seconds(25),
    _ answer: @escaping @LoopActor @Sendable (Broadcaster<Value>.Batch) throws -> Response
  ) throws -> Response {
    let cursor = cursor ?? bus.lastID
    guard cursor == bus.lastID, time > .zero else { return try answer(bus.batch(after: cursor)) }
    let deadline = Moment.now + time
    return Response(
      .ok, Fields(),
      .held { HeldBatch($0, $1, bus, after: cursor, until: deadline, answer) })
  }

  /// The messages of a feed after a cursor, as a JSON list when their texts are JSON. While there are none, the answer
  /// is held: a long poll.
  ///
  /// A list has about 64 KiB at most, or one message: for more, ask again after the last one. What one client costs has
  /// a bound also when the history is large. Its entity tag is the same as long as the list is (RFC 9110 §8.8.3).
  /// Fields that are set on what this returns go with the list also when that comes later; its status is 200, or 304.
  ///
  /// - Parameters:
  ///   - cursor: the last message that the client has; 0 has none. One that does not count gets the `reset`.
  ///   - time: the longest wait, to a tenth of a second with the default limits; then the list is empty. Zero answers
  ///     at once.
  ///   - known: the values of the client's If-None-Match: a client that has the list already is answered 304.
  @LoopActor
  public static func list<Value>(
    of feed: Feed<Value>, after cursor: Int, within time: Duration = .zero, known: [String] = []
  ) -> Response {
    let isKnown = known.contains { feed.tag(after: cursor).isNamed(in: $0) }
    guard cursor == feed.lastID, time > .zero else { return feed.answer(after: cursor, isKnown: isKnown) }
    let deadline = Moment.now + time
    return Response(
      .ok, Fields(),
      .held { HeldList($0, $1, feed, after: cursor, until: deadline, isKnown: isKnown) })
  }
}
