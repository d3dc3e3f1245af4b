// The room of the chat. What is said gets a number, and every transport reads it from here.

import Comet

@LoopActor
final class ChatRoom {
  /// What a visitor says.
  struct Post: Decodable, Sendable {
    let name: String
    let text: String
    /// The visitor's own mark: what is sent again, because its answer was lost, is said only once.
    var key: String?
  }

  /// What has been said, written once for everybody.
  struct Line: Sendable {
    let key: String?
    let text: String
    let json: String
  }

  /// What a visitor gets: a line, or a `reset`.
  struct Item: Sendable {
    let id: Int
    let json: String
  }

  /// All that is said.
  let bus = Broadcaster<Line>()
  /// With the server the numbers begin anew; a cursor counts only in the room that it is from.
  private let name = String(UInt64.random(in: 0...UInt64.max), radix: 36)

  /// Says something to everybody.
  ///
  /// - Returns: the line with its number.
  @discardableResult
  func say(_ post: Post) throws(RequestError) -> Line {
    guard !post.text.isEmpty else { throw RequestError(.badRequest, "A message needs a text.") }
    guard (1...64).contains(post.name.count), post.name.utf8.count <= 256 else {
      throw RequestError(.badRequest, "A name has 1 to 64 characters.")
    }
    guard (post.key ?? "").utf8.count <= 64 else { throw RequestError(.badRequest, "A key has 64 bytes at most.") }
    try Input.check(post.text)
    if let key = post.key, let said = bus.batch(after: 0).messages.last(where: { $0.value.key == key }) {
      return said.value
    }
    let json = Input.encode(Said(id: bus.lastID + 1, name: post.name, text: post.text, key: post.key))
    let line = Line(key: post.key, text: post.text, json: json)
    bus.publish(line)
    return line
  }

  /// Where a visitor goes on. Who comes for the first time, or with a cursor from another room, has seen nothing: -1
  /// is before every history.
  func cursor(of request: Request) throws(RequestError) -> Int {
    let cursor = try request.checkedCursor()
    return request.query["room"] == name ? cursor ?? -1 : -1
  }

  /// What was said after a cursor; waits for it, at most so long.
  ///
  /// After a cursor that does not count, the first item is `{"id":N,"reset":ROOM}`: go on after N, in this room.
  func items(after cursor: Int, within time: Duration) async throws -> [Item] {
    let batch = try await time > .zero ? bus.next(after: cursor, within: time) : bus.batch(after: cursor)
    let items = batch.messages.map { Item(id: $0.id, json: $0.value.json) }
    guard batch.reset || cursor < 0 else { return items }
    let start = batch.cursor - items.count
    return [Item(id: start, json: Input.encode(Reset(id: start, reset: name)))] + items
  }

  /// Hands on what is said, for as long as its task lasts.
  func read(after cursor: Int, _ take: @LoopActor (Item) async throws -> Void) async throws {
    var cursor = cursor
    while true {
      for item in try await items(after: cursor, within: .seconds(25)) {
        try await take(item)
        cursor = item.id
      }
    }
  }

  private struct Said: Encodable {
    let id: Int
    let name: String
    let text: String
    let key: String?
  }

  private struct Reset: Encodable {
    let id: Int
    let reset: String
  }
}
