// The client of one address that lists, waits and streams the same numbered messages.

import FoundationEssentials

/// A message, or the word that some are gone: `{"id": 7, "data": "text"}`, `{"id": 3, "name": "reset"}`.
struct NumberedMessage: Decodable, Equatable {
  let id: Int
  var name: String?
  var data: String?

  var isReset: Bool { name == "reset" }
  /// For people.
  var text: String { isReset ? "reset to \(id)" : "\(id): \(Readable.quoted(data ?? "", limit: 40))" }

  static func texts(_ messages: [NumberedMessage]) -> String {
    let shown = messages.prefix(8).map(\.text).joined(separator: ", ")
    return messages.isEmpty ? "none" : shown + (messages.count > 8 ? " … (\(messages.count) messages)" : "")
  }
}

/// What is asked for at `/api/messages`, and as what.
struct MessagesClient {
  let session: Session
  private static let path = "/api/messages"

  init(_ session: Session) { self.session = session }

  @discardableResult
  func post(_ text: String) throws -> WholeAnswer { try session.post(text, to: Self.path) }

  /// Asks for a list; the answer is read with ``list(_:within:)``.
  func ask(_ query: String) throws -> WireSocket { try session.send("GET", Self.path + query) }

  func list(_ socket: WireSocket, within limit: Duration? = nil) throws -> [NumberedMessage] {
    let answer = try session.answer(on: socket, within: limit, for: "an answer to the request for a list").whole(
      by: session.deadline())
    try answer.answer.expectStatus(200, for: "a list")
    return try answer.json(like: #"[{"id": 7, "data": "text"}]"#)
  }

  func list(_ query: String) throws -> [NumberedMessage] { try list(try ask(query)) }

  /// The number after which what is posted next will come.
  func newest() throws -> Int { try list("?after=0").map(\.id).max() ?? 0 }

  /// Posts texts; returns the number before them.
  func post(_ texts: [String]) throws -> Int {
    let cursor = try newest()
    for text in texts { try post(text) }
    return cursor
  }

  /// Posts so much that nothing of what was there before is kept; returns a number of before.
  func overflow() throws -> Int {
    try post("before")
    return try post((1...41).map { "number \($0)" })
  }

  func events(_ query: String, lastEventID: Int? = nil) throws -> EventStreamReader {
    try session.events(at: Self.path + query, after: lastEventID.map(String.init))
  }

  /// The next event, and the message that is its data.
  func next(
    _ stream: EventStreamReader, _ what: String = "an event for each message after the cursor"
  ) throws -> (event: StreamEvent, message: NumberedMessage) {
    let event = try stream.next(for: what, by: session.deadline())
    guard let message = try? JSONDecoder().decode(NumberedMessage.self, from: Data(event.data.utf8)) else {
      throw Fault(
        expected: #"an event whose data is JSON such as {"id": 7, "data": "text"}"#,
        got: "Its data is \(Readable.quoted(event.data)).")
    }
    return (event, message)
  }
}
