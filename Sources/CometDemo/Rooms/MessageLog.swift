// The messages of `/api/messages`: what may be posted, and how it is written.

import Comet

@LoopActor
final class MessageLog {
  /// A message without its number.
  struct Post: Sendable {
    let name: String
    /// JSON of any kind, as it came and as it is sent on.
    let data: String
  }

  /// The longest message, as JSON.
  nonisolated static let messageBytes = 64 * 1024

  private let bus: Broadcaster<Post>
  /// The messages as JSON, for everybody who follows them.
  let feed: Feed<Post>

  nonisolated init() {
    let bus = Broadcaster<Post>()
    self.bus = bus
    feed = Feed(bus) { item in
      switch item {
      case .message(let message): Self.json(message)
      case .reset(let id): #"{"id":\#(id),"name":"reset","data":"\#(bus.name)"}"#
      }
    }
  }

  /// Where a reader goes on; without a cursor, from the beginning of the history. One that names another history has
  /// nothing of this one: -1 is before every history.
  func cursor(of request: Request) throws(RequestError) -> Int {
    let cursor = try request.checkedCursor() ?? bus.oldestCursor
    let history = try request.queryValue("history") ?? bus.name
    return history.isExactly(bus.name) ? cursor : -1
  }

  /// - Returns: the stored message, as JSON.
  /// - Throws: 413 for a message that is too long, 400 for anything but a message.
  @discardableResult
  func post(_ json: [UInt8]) throws(RequestError) -> String {
    guard json.count <= Self.messageBytes else {
      throw RequestError(.contentTooLarge, "A message may have \(Self.messageBytes / 1024) KiB.")
    }
    let shape = #"{"name":"message","data":"Hello"}; the name may be left out."#
    let object = try Input.json(json, shape)
    guard let data = object["data"], let name = object["name"] == nil ? "message" : object.string("name", atMost: 64)
    else {
      throw RequestError(.badRequest, "Send JSON such as \(shape)")
    }
    guard (1...64).contains(name.utf8.count) else {
      throw RequestError(.badRequest, "A message's name has 1 to 64 bytes.")
    }
    guard name != "reset" else { throw RequestError(.badRequest, "The name reset is the server's own.") }
    return Self.json(bus.publish(Post(name: name, data: String(decoding: data, as: UTF8.self))))
  }

  private nonisolated static func json(_ message: Broadcaster<Post>.Message) -> String {
    #"{"id":\#(message.id),"name":\#(JSONString.encode(message.value.name)),"data":\#(message.value.data)}"#
  }
}
