// The client of a notification service: it has a session, polls, and is told what has come.

/// The answer to a poll: `{"c": 1, "msg": [{"type": 70, "subject": "Lunch"}]}`, or `{"errorCode": "unknown-session"}`.
struct MailAnswer: Decodable {
  struct Mail: Decodable {
    let type: Int
    let subject: String
  }

  let c: Int?
  let msg: [Mail]?
  let hasError: Bool

  private enum Key: CodingKey { case c, msg, errorCode }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    c = try container.decodeIfPresent(Int.self, forKey: .c)
    msg = try container.decodeIfPresent([Mail].self, forKey: .msg)
    hasError = container.contains(.errorCode) ? try !container.decodeNil(forKey: .errorCode) : false
  }

  var subjects: [String] { (msg ?? []).map(\.subject) }
  /// For people.
  var text: String {
    let mails = subjects.map { Readable.quoted($0, limit: 40) }.joined(separator: ", ")
    return hasError ? "an errorCode" : "c: \(c.map { String($0) } ?? "missing"), msg: [\(mails)]"
  }
}

struct MailClient {
  private struct Ticket: Decodable { let sid: String }

  let session: Session
  let sid: String
  private static let shape = #"{"c": 1, "msg": [{"type": 70, "subject": "Lunch"}]}"#

  /// Begins a session of the service.
  init(_ session: Session) throws {
    let answer = try session.fetch("POST", "/pns/session", body: [])
    try answer.answer.expectSuccess(of: "POST /pns/session")
    self.session = session
    sid = try answer.json(Ticket.self, like: #"{"sid": "a8f3c0"}"#).sid
  }

  /// Ends it.
  func end() throws {
    try session.fetch("DELETE", "/pns/session?sid=" + percentEncoded(sid)).answer
      .expectSuccess(of: "DELETE /pns/session")
  }

  func deliver(_ subjects: String...) throws {
    for subject in subjects {
      try session.post(subject, to: "/pns/deliver?sid=" + percentEncoded(sid)).answer
        .expectSuccess(of: "POST /pns/deliver")
    }
  }

  /// Sends a poll; the answer is read with ``answer(_:within:)``.
  func poll() throws -> WireSocket { try Self.poll(session, "sid=" + percentEncoded(sid)) }

  static func poll(_ session: Session, _ query: String) throws -> WireSocket {
    try session.send("GET", "/pns/poll?\(query)&comeFrom=1003")
  }

  func answer(_ socket: WireSocket, within limit: Duration = Session.holdLimit) throws -> MailAnswer {
    try Self.answer(session, socket, within: limit).json(like: Self.shape)
  }

  static func answer(_ session: Session, _ socket: WireSocket, within limit: Duration) throws -> WholeAnswer {
    try session.answer(on: socket, within: limit, for: "an answer to the poll").whole(by: session.deadline())
  }

  func expect(_ subjects: [String], _ answer: MailAnswer, _ why: String = "") throws {
    guard answer.subjects == subjects else {
      let mails = subjects.map { Readable.quoted($0, limit: 40) }.joined(separator: ", ")
      throw Fault(expected: "the mails \(mails)\(why)", got: "The answer has \(answer.text).")
    }
  }
}
