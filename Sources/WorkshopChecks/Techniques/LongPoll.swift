// The client of a long poll, as the exercise describes it.

/// The answer to a poll.
struct PollBatch: Decodable {
  /// Where the next poll goes on, as it stands in the next request. Whether it is a number is the server's business.
  let cursor: String
  let messages: [String]

  private enum Key: CodingKey { case cursor, messages }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    messages = try container.decode([String].self, forKey: .messages)
    if let number = try? container.decode(Int.self, forKey: .cursor) {
      cursor = String(number)
    } else {
      cursor = try container.decode(String.self, forKey: .cursor)
    }
  }
}

extension Session {
  /// Posts a text; the status of the answer is a rule's own matter.
  @discardableResult
  func post(_ text: String, to path: String = "/messages") throws -> WholeAnswer {
    try fetch("POST", path, [("Content-Type", "text/plain; charset=utf-8")], body: Array(text.utf8))
  }

  /// Asks without a cursor: where does the news begin?
  func start() throws -> String {
    try batch(try poll(nil)).cursor
  }

  /// Sends a poll; the answer is read with ``batch(_:within:)``.
  func poll(_ cursor: String?) throws -> WireSocket {
    try send("GET", cursor.map { "/poll?after=" + percentEncoded($0) } ?? "/poll")
  }

  func batch(_ socket: WireSocket, within limit: Duration = Session.holdLimit) throws -> PollBatch {
    let answer = try answer(on: socket, within: limit, for: "an answer to the poll").whole(by: deadline())
    guard answer.status == 200 else {
      throw Fault(
        expected: "status 200 for a poll",
        got: "The status is \(answer.status), the body \(Readable.quoted(answer.body)).")
    }
    return try answer.json(like: #"{"cursor": 7, "messages": ["a", "b"]}"#)
  }

  /// Polls again and again, until all of these messages have come. Others are passed over.
  ///
  /// - Parameter held: a poll that was sent already.
  @discardableResult
  func collect(_ wanted: [String], after cursor: String, held: WireSocket? = nil) throws -> PollBatch {
    let end = deadline(Session.holdLimit)
    var missing = Set(wanted)
    var cursor = cursor
    var socket = held
    while true {
      // Everything was posted before this poll: when it is answered without a message, there is none to come.
      let isLast = socket == nil
      let batch = try batch(try socket ?? poll(cursor))
      socket = nil
      cursor = batch.cursor
      missing.subtract(batch.messages)
      if missing.isEmpty { return batch }
      guard ContinuousClock.now < end, !(isLast && batch.messages.isEmpty) else {
        let names = wanted.filter { missing.contains($0) }.prefix(3).map { Readable.quoted($0) }
        throw Fault(
          expected: "all \(wanted.count) messages that were posted",
          got: "\(missing.count) of them never came: \(names.joined(separator: ", ")).")
      }
    }
  }
}
