// The client of polls that acknowledge: it says with each poll what it has.

import FoundationEssentials

/// The answer to a poll: `{"history": "x7", "messages": [{"id": 4, "name": "message", "data": "text"}]}`.
struct HistoryBatch: Decodable {
  struct Message: Decodable, Equatable {
    let id: Int
    let name: String
    var data: String?
  }

  let history: String
  let messages: [Message]

  /// For people.
  var text: String {
    let shown = messages.prefix(6).map { "\($0.id): \(Readable.quoted($0.data ?? $0.name, limit: 40))" }
    return messages.isEmpty ? "no messages" : shown.joined(separator: ", ") + (messages.count > 6 ? " …" : "")
  }
}

struct AcknowledgingClient {
  private struct Posted: Decodable { let id: Int }
  private struct Message: Encodable { var name: String?, data: String?, id: String? }

  let session: Session
  /// Without it everything comes.
  let history: String?
  static let shape = #"{"history": "x7", "messages": [{"id": 4, "name": "message", "data": "text"}]}"#

  /// A client that has nothing yet asks for the name of the history.
  init(_ session: Session) throws {
    self.session = session
    // When nothing was ever posted, this takes as long as a poll may be held.
    history = try AcknowledgingClient(session, history: nil).poll("").history
  }

  init(_ session: Session, history: String?) {
    self.session = session
    self.history = history
  }

  /// - Parameter mark: by which the server knows a message that comes again.
  @discardableResult
  func post(_ data: String?, name: String? = "message", mark: String? = nil) throws -> WholeAnswer {
    let body = try JSONEncoder().encode(Message(name: name, data: data, id: mark))
    return try session.fetch("POST", "/im", [("Content-Type", "application/json")], body: Array(body))
  }

  /// Posts, and returns the number of the message.
  func number(_ data: String, mark: String? = nil) throws -> Int {
    let answer = try post(data, mark: mark)
    try answer.answer.expectSuccess(of: "POST /im")
    return try answer.json(Posted.self, like: #"{"id": 4}"#).id
  }

  /// Sends a poll, with what follows the name of the history: `after=3&c=5,7`.
  func ask(_ query: String) throws -> WireSocket {
    let parts = [history.map { "history=" + percentEncoded($0) }, query.isEmpty ? nil : query].compactMap(\.self)
    return try session.send("GET", parts.isEmpty ? "/im" : "/im?" + parts.joined(separator: "&"))
  }

  func batch(_ socket: WireSocket, within limit: Duration = Session.holdLimit) throws -> HistoryBatch {
    let answer = try session.answer(on: socket, within: limit, for: "an answer to the poll").whole(
      by: session.deadline())
    try answer.answer.expectStatus(200, for: "a poll")
    return try answer.json(like: Self.shape)
  }

  func poll(_ query: String) throws -> HistoryBatch { try batch(try ask(query)) }

  func expect(_ data: [String], _ batch: HistoryBatch, _ when: String) throws {
    guard batch.messages.map(\.data) == data else {
      throw Fault(
        expected: (data.isEmpty ? "nothing" : data.joined(separator: ", ")) + " \(when)",
        got: "The answer has \(batch.text).")
    }
  }
}
