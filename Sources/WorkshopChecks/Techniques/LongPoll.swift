// The client of a long poll, as the exercise describes it.

import FoundationEssentials

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
  /// The longest time that a poll may be held, with some time for the way.
  static let holdLimit = Duration.seconds(4)

  /// Posts a message; the status of the answer is a rule's own matter.
  @discardableResult
  func post(_ text: String) throws -> WholeAnswer {
    try fetch("POST", "/messages", [("Content-Type", "text/plain; charset=utf-8")], body: Array(text.utf8))
  }

  /// Asks without a cursor: where does the news begin?
  func start() throws -> String {
    try batch(try poll(nil)).cursor
  }

  /// Sends a poll; the answer is read with ``batch(_:within:)``.
  func poll(_ cursor: String?) throws -> WireSocket {
    let safe = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
    let query = (cursor ?? "").utf8.map { byte in
      safe.contains(byte)
        ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
    return try send("GET", cursor == nil ? "/poll" : "/poll?after=" + query.joined())
  }

  func batch(_ socket: WireSocket, within limit: Duration = Session.holdLimit) throws -> PollBatch {
    let answer = try answer(on: socket, within: limit).whole(by: deadline())
    guard answer.status == 200 else {
      throw Fault(
        expected: "status 200 for a poll",
        got: "The status is \(answer.status), the body \(Readable.quoted(answer.body)).")
    }
    do {
      return try JSONDecoder().decode(PollBatch.self, from: Data(answer.body))
    } catch {
      throw Fault(
        expected: #"JSON such as {"cursor": 7, "messages": ["a", "b"]}"#,
        got: "The body is \(Readable.quoted(answer.body)).")
    }
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

  /// A text that nobody has posted before.
  func unique(_ text: String) -> String { "\(text) \(UInt32.random(in: .min ... .max))" }
}
