import CometLoop
import CometWire

/// Sends a feed to one client, without a task: when there is news, and when the client has taken what it was sent.
@LoopActor
class Follower: Subscriber {
  final let connection: Connection
  private let feed: any AnyFeed
  private var cursor: Int
  final var place: Int32 = -1
  fileprivate final let form: FeedForm
  /// Whether the feed is being asked: its closure may send something to this client itself.
  private var isReading = false

  /// - Parameter cursor: the last message that the client has; nil begins with what comes next.
  init(_ feed: any AnyFeed, after cursor: Int?, to connection: Connection, as form: FeedForm) {
    self.feed = feed
    self.form = form
    self.connection = connection
    self.cursor = cursor ?? feed.lastID
    feed.add(self)
    sendNext()
  }

  final func news() {
    if sendNext() { connection.flush() }
  }

  /// Sends the next piece. A client that has not taken the last one yet gets none: all that a slow client costs is its
  /// cursor.
  ///
  /// - Parameter queued: how much may wait for the client already.
  @discardableResult
  final func sendNext(behind queued: Int = 0) -> Bool {
    guard connection.queued <= queued, cursor != feed.lastID, !isReading else { return false }
    isReading = true
    let (bytes, next) = feed.read(after: cursor, as: form)
    isReading = false
    cursor = next
    connection.send(bytes)
    return true
  }

  final func leave() {
    feed.remove(self)
  }
}

/// A stream of events that follows a feed.
@LoopActor
final class FollowedEvents: Follower, Occupation {
  init(_ feed: any AnyFeed, after cursor: Int?, _ connection: Connection, _ exchange: Exchange) {
    super.init(feed, after: cursor, to: connection, as: exchange.knowsChunks ? .eventChunk : .event)
  }

  func drained() { sendNext() }

  func clientLeft() {
    leave()
    // In steps: an answer before this one may still be on its way.
    connection.beginClosing()
  }

  func serverStops() {
    // What was published in this turn comes before the end.
    sendNext(behind: connection.queueLimit)
    leave()
    if form == .eventChunk { connection.send(ChunkEncoder.last) }
    connection.finish(isLast: true)
  }

  func sweep(_ now: Moment, _ limits: Limits) {
    guard connection.queued == 0, now - connection.lastSent > limits.eventStreamComment else { return }
    let comment = ServerSentEvent.comment("")
    connection.send(form == .eventChunk ? ChunkEncoder.chunk(comment) : comment)
  }
}

extension Response {
  /// A stream of events that follows a feed, each with its number as id. It lasts until the client leaves.
  ///
  /// - Parameter cursor: such as ``Request/lastEventID``; nil begins with what comes next.
  public static func events<Value>(of feed: Feed<Value>, after cursor: Int?, fields: Fields = Fields()) -> Response {
    Response(
      .ok, eventStreamFields(fields),
      .feed { connection, exchange in FollowedEvents(feed, after: cursor, connection, exchange) })
  }
}
