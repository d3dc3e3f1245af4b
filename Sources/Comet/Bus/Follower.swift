import CometLoop
import CometWire

/// Sends a feed to one client, without a task: when there is news, and when the client has taken what it was sent.
@LoopActor
class Follower: Subscriber {
  final let stream: TCPStream
  private let feed: any AnyFeed
  private var cursor: Int
  final var place: Int32 = -1
  private let form: FeedForm

  /// - Parameter cursor: the last message that the client has; nil begins with what comes next.
  init(_ feed: any AnyFeed, after cursor: Int?, to stream: TCPStream, as form: FeedForm) {
    self.feed = feed
    self.form = form
    self.stream = stream
    self.cursor = cursor ?? feed.lastID
    feed.add(self)
    news()
  }

  /// Who has not taken the last piece yet gets no further one: all that a slow client costs is its cursor.
  final func news() {
    guard stream.queued == 0, cursor != feed.lastID else { return }
    let (bytes, next) = feed.read(after: cursor, as: form)
    cursor = next
    stream.send(bytes)
  }

  final func leave() {
    feed.remove(self)
  }
}

/// A stream of events that follows a feed.
@LoopActor
final class FollowedEvents: Follower, Occupation {
  private let connection: Connection
  private let isChunked: Bool
  private let isLast: Bool

  init(_ feed: any AnyFeed, after cursor: Int?, _ connection: Connection, _ exchange: Exchange, isLast: Bool) {
    self.connection = connection
    self.isLast = isLast
    isChunked = exchange.knowsChunks
    super.init(feed, after: cursor, to: connection.stream, as: isChunked ? .eventChunk : .event)
  }

  func drained() { news() }

  func clientLeft() {
    leave()
    // In steps: an answer before this one may still be on its way.
    connection.beginClosing()
  }

  func serverStops() {
    leave()
    if isChunked { stream.send(ChunkEncoder.last) }
    connection.finish(isLast: true)
  }

  func sweep(_ now: Moment, _ limits: Limits) {
    guard stream.queued == 0, now - stream.lastSent > limits.eventStreamComment else { return }
    let comment = ServerSentEvent.comment("")
    stream.send(isChunked ? ChunkEncoder.chunk(comment) : comment)
  }
}

extension Response {
  /// A stream of events that follows a feed, each with its number as id. It lasts until the client leaves.
  ///
  /// - Parameter cursor: such as ``Request/lastEventID``; nil begins with what comes next.
  public static func events<Value>(of feed: Feed<Value>, after cursor: Int?, fields: Fields = Fields()) -> Response {
    Response(
      .ok, eventStreamFields(fields),
      .feed { connection, exchange, isLast in
        FollowedEvents(feed, after: cursor, connection, exchange, isLast: isLast)
      })
  }

  /// A long poll: the messages after a cursor, as soon as there are any.
  ///
  /// - Parameters:
  ///   - cursor: as for ``Broadcaster/next(after:within:)``.
  ///   - time: the longest wait; then `answer` gets an empty batch.
  ///   - answer: makes the answer. What it throws is treated as if the handler had thrown it.
  @LoopActor
  public static func next<Value>(
    of bus: Broadcaster<Value>, after cursor: Int?, within time: Duration = .seconds(25),
    _ answer: @escaping @LoopActor @Sendable (Broadcaster<Value>.Batch) throws -> Response
  ) throws -> Response {
    let cursor = cursor ?? bus.lastID
    guard cursor == bus.lastID else { return try answer(bus.batch(after: cursor)) }
    return Response(
      .ok, Fields(),
      .held { connection, exchange, fields in
        // The handler may have let some time, and a message, pass before it returned this.
        let time = cursor == bus.lastID ? time : .zero
        return HeldAnswer(connection, exchange, fields, bus, within: time) { isOver in
          guard isOver || cursor != bus.lastID else { return nil }
          return Result { try answer(bus.batch(after: cursor)) }
        }
      })
  }
}
