// What comes from clients is checked here, so that every demo refuses the same things in the same words.

import Comet
import Foundation

enum Input {
  /// The longest text that a message may have, as JSON: so much of each is kept, and waits for every client that does
  /// not read.
  static let messageBytes = 64 * 1024

  /// The longest JSON around such a text: somebody may write it with six bytes for each character.
  private static let jsonBytes = 6 * messageBytes + 4096

  /// The limits of a WebSocket whose messages are such JSON.
  static let webSocket = WebSocketLimits(messageBytes: jsonBytes)

  /// - Throws: 413 for a text that is too long.
  static func check(_ text: String) throws(RequestError) {
    // First, since to look at each byte takes its time.
    try check(jsonBytes: text.utf8.count)
    // RFC 8259 §7: what must be escaped takes two bytes, or six.
    try check(jsonBytes: text.utf8.reduce(0) { $0 + ($1 < 0x20 ? 6 : $1 == 0x22 || $1 == 0x5C ? 2 : 1) })
  }

  /// - Throws: 413 for JSON that is too long.
  static func check(jsonBytes: Int) throws(RequestError) {
    guard jsonBytes <= messageBytes else { throw tooLong }
  }

  /// - Throws: 413 for more than any message can be, 400 for what is not JSON, with the reason and with what would do.
  static func json(_ bytes: [UInt8], _ shape: String) throws(RequestError) -> JSONText {
    // First, since reading takes its time, and everybody else waits for that long.
    guard bytes.count <= jsonBytes else { throw tooLong }
    do throws(JSONText.Invalid) {
      return try JSONText(bytes)
    } catch {
      throw RequestError(.badRequest, "\(error.reason) Send JSON such as \(shape)")
    }
  }

  /// The texts of some members of a JSON object.
  ///
  /// - Throws: 413 for more than any message can be, 400 for what is not JSON, or has not all of these.
  static func texts(_ names: [String], of json: [UInt8], _ shape: String) throws(RequestError) -> [String] {
    let object = try Self.json(json, shape)
    let texts = names.compactMap { object.string($0) }
    guard texts.count == names.count else { throw RequestError(.badRequest, "Send JSON such as \(shape)") }
    return texts
  }

  /// A field of a form.
  ///
  /// - Throws: 413 for more than any message can be, 400 or 415 for what has no such field.
  static func text(_ name: String, ofForm request: Request) throws(RequestError) -> String {
    // First, since decoding takes its time. Somebody may write each byte with three.
    guard request.body.count <= 3 * messageBytes + 4096 else { throw tooLong }
    guard let text = try request.form()[name] else {
      throw RequestError(.badRequest, "The form needs the field \(name).")
    }
    return text
  }

  private static let tooLong = RequestError(.contentTooLarge, "A message may have \(messageBytes / 1024) KiB.")

  /// The value as JSON, with the keys in order; what the demos send can always be encoded.
  static func encode(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
  }
}

extension Request {
  /// Where the client goes on: what its browser's `EventSource` saw last, else the query's `after`; nil without both.
  ///
  /// - Throws: 400 when it is not a number.
  func checkedCursor() throws(RequestError) -> Int? {
    // The address of an EventSource stays as it was; what it says when it comes back is newer.
    if let field = fields["last-event-id"], !field.isEmpty {
      guard let lastEventID else { throw RequestError(.badRequest, "Last-Event-ID must be a number.") }
      return lastEventID
    }
    guard try queryValue("after") != nil else { return nil }
    guard let cursor else { throw RequestError(.badRequest, "The cursor after must be a number.") }
    return cursor
  }

  /// A value of the query.
  ///
  /// - Throws: 400 when there are two of it: which one counts would be a guess.
  func queryValue(_ name: String) throws(RequestError) -> String? {
    let values = query.fields.filter { $0.name.isExactly(name) }
    guard values.count < 2 else { throw RequestError(.badRequest, "Give \(name) once.") }
    return values.first?.value
  }

  /// How long an empty answer may be held, by the query's `wait`: at most 25 seconds, since proxies cut what takes much
  /// longer (RFC 6202 §5.5).
  ///
  /// - Throws: 400 when it is not a number of seconds.
  func checkedWait() throws(RequestError) -> Duration {
    guard let text = try queryValue("wait") else { return .zero }
    // In digits: Double takes other ways to write a number, too.
    guard text.utf8.allSatisfy({ "0123456789.".utf8.contains($0) }), let seconds = Double(text) else {
      throw RequestError(.badRequest, "The time to wait must be a number of seconds.")
    }
    return .seconds(min(seconds, 25))
  }
}

extension Request {
  /// Whether the client asks for a type by its name, with any weight but zero (RFC 9110 §12.5.1).
  func accepts(_ type: String) -> Bool {
    fields.all("accept").contains { line in
      line.utf8.split(separator: UInt8(ascii: ",")).contains { range in
        // A field can have thousands of others.
        guard range.count >= type.utf8.count else { return false }
        let parts = range.split(separator: UInt8(ascii: ";")).map { $0.filter { !" \t".utf8.contains($0) } }
        let isRefused = parts.contains {
          $0.prefix(2).equalsIgnoringCase("q=") && Double(String(decoding: $0.dropFirst(2), as: UTF8.self)) == 0
        }
        return parts.first?.equalsIgnoringCase(type) == true && !isRefused
      }
    }
  }
}

extension Response {
  /// JSON that is written already.
  static func json(text: String, status: Status = .ok) -> Response {
    Response(
      status, fields: ["Content-Type": "application/json", "Cache-Control": "no-store"], body: Array(text.utf8))
  }
}
