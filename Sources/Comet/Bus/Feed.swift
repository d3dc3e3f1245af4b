import CometLoop
import CometWire

/// The messages of a broadcaster as text. Each one is written once, and framed once for each transport, however many
/// follow it.
@LoopActor
public final class Feed<Value: Sendable> {
  /// The messages themselves.
  public nonisolated let bus: Broadcaster<Value>

  private let text: @LoopActor @Sendable (Broadcaster<Value>.Item) -> String
  private var written = Written<String>()
  /// What was listed last: all who wait for a message ask for the same.
  private var listed: (cursor: Int, lastID: Int, answer: Response)?
  private var renditions = [Rendition](repeating: Rendition(), count: FeedForm.allCases.count)

  /// - Parameter text: how a message is written; for a reader that has lost some, also the `reset`.
  public nonisolated init(
    _ bus: Broadcaster<Value>, text: @escaping @LoopActor @Sendable (Broadcaster<Value>.Item) -> String
  ) {
    self.bus = bus
    self.text = text
  }

  /// The answer of ``Response/list(of:after:within:known:)``.
  func answer(after cursor: Int, isKnown: Bool) -> Response {
    if let listed, !isKnown, listed.cursor == cursor, listed.lastID == bus.lastID { return listed.answer }
    let fields: Fields = ["ETag": tag(after: cursor).text, "Cache-Control": "no-cache", "Vary": "Accept"]
    if isKnown { return Response(.notModified, fields: fields) }
    var answer = Response(fields: ["Content-Type": "application/json"], body: list(after: cursor))
    answer.fields.merge(fields)
    listed = (cursor, bus.lastID, answer)
    return answer
  }

  func tag(after cursor: Int) -> EntityTag { EntityTag("\(bus.name)-\(cursor)-\(bus.lastID)") }

  func list(after cursor: Int) -> [UInt8] {
    var list = Array("[".utf8)
    for item in bus.batch(after: cursor).items {
      let text = write(item).utf8
      guard list.count == 1 || list.count + text.count < 64 * 1024 else { break }
      if list.count > 1 { list.append(UInt8(ascii: ",")) }
      list.append(contentsOf: text)
    }
    list.append(UInt8(ascii: "]"))
    return list
  }

  private func write(_ item: Broadcaster<Value>.Item) -> String {
    guard case .message(let message) = item else { return text(item) }
    if let known = written[message.id] { return known }
    let new = text(item)
    written.keep(new, new.utf8.count, for: message.id)
    return new
  }
}

/// The messages of a feed in one form. Not nested in the feed, where it would be generic as well, and slower to reach.
private struct Rendition {
  /// What was read last: nearly all readers ask for the same.
  var cursor = -1
  var next = -1
  var bytes: [UInt8] = []
  var messages = Written<[UInt8]>()

  /// Whether it is what comes after a cursor, up to the newest message.
  func isCurrent(after cursor: Int, newest: Int) -> Bool { self.cursor == cursor && next == newest }
}

/// What has been written of single messages, by their number. Nearly all readers want the newest, so when it has become
/// much, all of it is forgotten: what many read is soon there again.
struct Written<Text> {
  private static var limit: Int { 1024 * 1024 }

  private var texts: [Int: Text] = [:]
  private var bytes = 0

  subscript(id: Int) -> Text? { texts[id] }

  mutating func keep(_ text: Text, _ size: Int, for id: Int) {
    if bytes + size > Self.limit { self = Written() }
    texts[id] = text
    bytes += size
  }
}

/// How a message is framed.
enum FeedForm: Int, CaseIterable {
  /// A server-sent event that is a chunk of its own.
  case eventChunk
  /// A server-sent event for a client without chunks.
  case event
  /// A WebSocket frame.
  case frame

  func frame(_ text: String, id: Int) -> [UInt8] {
    switch self {
    case .event: ServerSentEvent(data: text, id: id).bytes
    case .eventChunk: ChunkEncoder.chunk(ServerSentEvent(data: text, id: id).bytes)
    case .frame: FrameEncoder.text(text)
    }
  }
}

/// A feed whose messages may be of any type.
@LoopActor
protocol AnyFeed: Source {
  /// The number of the newest message.
  var lastID: Int { get }
  /// What comes after a cursor, up to about 64 KiB of it, and the cursor after that.
  func read(after cursor: Int, as form: FeedForm) -> (bytes: [UInt8], next: Int)
}

extension Feed: AnyFeed {
  var lastID: Int { bus.lastID }
  func add(_ subscriber: any Subscriber) { bus.add(subscriber) }
  func remove(_ subscriber: any Subscriber) { bus.remove(subscriber) }

  func read(after cursor: Int, as form: FeedForm) -> (bytes: [UInt8], next: Int) {
    if renditions[form.rawValue].isCurrent(after: cursor, newest: bus.lastID) {
      return (renditions[form.rawValue].bytes, bus.lastID)
    }
    // What was written of single messages is moved to the new one.
    var rendition = Rendition(cursor: cursor, next: cursor)
    swap(&rendition.messages, &renditions[form.rawValue].messages)
    for item in bus.batch(after: cursor).items {
      guard rendition.bytes.count < 64 * 1024 else { break }
      switch item {
      case .reset(let id):
        rendition.bytes = form.frame(write(item), id: id)
        rendition.next = id
      case .message(let message):
        let known = rendition.messages[message.id]
        let framed = known ?? form.frame(write(item), id: message.id)
        if known == nil { rendition.messages.keep(framed, framed.count, for: message.id) }
        // The first one is taken as it is: nothing is copied when there is only one.
        if rendition.bytes.isEmpty { rendition.bytes = framed } else { rendition.bytes += framed }
        rendition.next = message.id
      }
    }
    renditions[form.rawValue] = rendition
    return (rendition.bytes, rendition.next)
  }
}
