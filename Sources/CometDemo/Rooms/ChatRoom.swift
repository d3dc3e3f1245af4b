// The room of the chat. What is said gets a number, and every transport reads it from here.

import Comet

@LoopActor
final class ChatRoom {
  /// What a visitor says.
  struct Post: Sendable {
    let name: String
    let text: String
    /// What is sent again, because its answer was lost, is said only once.
    let key: SenderMark?

    init(name: String, text: String, key: String? = nil) {
      (self.name, self.text) = (name, text)
      self.key = key.map { SenderMark($0, of: name, text) }
    }

    /// From JSON `{name, text, key}`, the key optional.
    init(_ json: [UInt8]) throws(RequestError) {
      let shape = #"{"name":"Ann","text":"Hello"}."#
      let object = try Input.json(json, shape)
      let hasKey = object["key"].map { !$0.elementsEqual("null".utf8) } == true
      let key = object.string("key")
      guard let name = object.string("name"), let text = object.string("text"), hasKey == (key != nil) else {
        throw RequestError(.badRequest, "Send JSON such as \(shape)")
      }
      self.init(name: name, text: text, key: key)
    }
  }

  /// All that is said.
  let bus: Broadcaster<Post>
  /// The same as JSON, for everybody who follows it. For a visitor whose cursor does not count it begins with
  /// `{"id":N,"reset":ROOM}`: go on after N, in this room.
  let feed: Feed<Post>

  nonisolated init() {
    let bus = Broadcaster<Post>()
    self.bus = bus
    feed = Feed(bus) { item in
      switch item {
      case .message(let message): Self.json(message)
      case .reset(let id): Input.encode(Reset(id: id, reset: bus.name))
      }
    }
  }

  /// Says something to everybody.
  ///
  /// - Returns: what was said, with its number, as JSON.
  @discardableResult
  func say(_ post: Post) throws(RequestError) -> String {
    guard !post.text.isEmpty else { throw RequestError(.badRequest, "A message needs a text.") }
    guard post.name.utf8.count <= 256, (1...64).contains(post.name.count),
      !post.name.unicodeScalars.allSatisfy(\.properties.isWhitespace)
    else {
      throw RequestError(.badRequest, "A name has 1 to 64 characters, and not only spaces.")
    }
    guard (post.key?.text ?? "").utf8.count <= 64 else {
      throw RequestError(.badRequest, "A key has 64 bytes at most.")
    }
    try Input.check(post.text)
    if let key = post.key, let said = bus.last(where: { $0.value.key?.isSame(as: key) == true }) {
      return Self.json(said)
    }
    return Self.json(bus.publish(post))
  }

  /// Where a visitor goes on. One who comes for the first time, or with a cursor from another room, has seen nothing:
  /// -1 is before every history.
  func cursor(of request: Request) throws(RequestError) -> Int {
    let cursor = try request.checkedCursor()
    return try request.queryValue("room")?.isExactly(bus.name) == true ? cursor ?? -1 : -1
  }

  private nonisolated static func json(_ message: Broadcaster<Post>.Message) -> String {
    let post = message.value
    let key = post.key.map { ",\"key\":\(JSONString.encode($0.text))" } ?? ""
    let (name, text) = (JSONString.encode(post.name), JSONString.encode(post.text))
    return "{\"id\":\(message.id)\(key),\"name\":\(name),\"text\":\(text)}"
  }

  private struct Reset: Encodable {
    let id: Int
    let reset: String
  }
}
