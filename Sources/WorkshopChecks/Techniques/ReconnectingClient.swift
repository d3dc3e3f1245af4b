// The client of a WebSocket that reconnects, as the exercise describes it.

import FoundationEssentials

/// A client that counts what it has, says what it does not know to have arrived, and comes back.
final class ReconnectingClient {
  struct Message: Decodable {
    let id: Int
    let mark: String
    let data: String
  }

  private struct Post: Encodable { let mark: String, data: String }
  private struct Refusal: Decodable { let error: String }

  let session: Session
  let peer: WebSocketPeer
  /// What came before the answer to the first heartbeat.
  private var early: [Message] = []

  init(_ session: Session, after id: Int? = nil) throws {
    self.session = session
    peer = try WebSocketPeer(session, at: id.map { "/reconnect?after=\($0)" } ?? "/reconnect")
    guard id == nil else { return }
    // The answer says that the server has taken this client in; without one, time says so.
    try peer.send("")
    let end = session.deadline(.milliseconds(300))
    while case .frame(let frame) = try peer.next(by: end), !frame.payload.isEmpty {
      if let message = Self.message(frame.payload) { early.append(message) }
    }
  }

  func expectHeartbeat() throws {
    try peer.send("")
    let expected = "an empty text, in answer to an empty text"
    let payload = try peer.message(expected).payload
    guard payload.isEmpty else { throw Fault(expected: expected, got: "There came \(Readable.quoted(payload)).") }
  }

  func say(_ data: String, mark: String) throws {
    try peer.send(String(decoding: JSONEncoder().encode(Post(mark: mark, data: data)), as: UTF8.self))
  }

  /// The next message.
  func next(_ what: String = "the message, also for the client that said it") throws -> Message {
    if !early.isEmpty { return early.removeFirst() }
    let payload = try payload(what)
    guard let message = Self.message(payload) else {
      throw Fault(
        expected: #"a text such as {"id": 7, "mark": "a1", "data": "hello"}"#,
        got: "There came \(Readable.quoted(payload)).")
    }
    return message
  }

  /// The next text that is not empty: heartbeats, of the server's own or answered late, are passed over.
  private func payload(_ what: String) throws -> [UInt8] {
    while true {
      let payload = try peer.message(what).payload
      if !payload.isEmpty { return payload }
    }
  }

  private static func message(_ json: [UInt8]) -> Message? {
    try? JSONDecoder().decode(Message.self, from: Data(json))
  }

  /// The next messages, up to one with this text.
  func next(through data: String) throws -> [Message] {
    var messages = [try next("the message \(data)")]
    while messages.last?.data != data, messages.count < 200 { messages.append(try next("the message \(data)")) }
    return messages
  }

  func expect(_ data: [String], _ messages: [Message], _ when: String) throws {
    guard messages.map(\.data) == data else {
      throw Fault(
        expected: data.joined(separator: ", ") + " " + when,
        got: "There came \(messages.prefix(8).map { Readable.quoted($0.data, limit: 40) }.joined(separator: ", ")).")
    }
  }

  func expectRefusal() throws {
    let expected = #"a text such as {"error": "…"}"#
    let payload = try payload(expected)
    guard (try? JSONDecoder().decode(Refusal.self, from: Data(payload))) != nil else {
      throw Fault(expected: expected, got: "There came \(Readable.quoted(payload)).")
    }
  }
}
