import CometLoop
import CometWire

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a handler answers. How its body is framed, and `Date`, `Content-Length`, `Transfer-Encoding` and
/// `Connection`, are the server's business: if `fields` has them, they are dropped. `X-Content-Type-Options: nosniff` is
/// added where it is missing.
public struct Response: Sendable {
  enum Body: Sendable {
    case bytes([UInt8])
    case file(FileBody)
    case stream(@LoopActor @Sendable (BodyStream) async throws -> Void)
    case events(@LoopActor @Sendable (EventStream) async throws -> Void)
    /// Follows a feed, without a task.
    case feed(@LoopActor @Sendable (Connection, Exchange) -> any Occupation)
    /// The answer is decided later, without a task.
    case held(@LoopActor @Sendable (Connection, Exchange) -> any Occupation)
    /// What a handler of HEAD leaves out: how long it is, only the one of GET could tell (RFC 9110 §8.6).
    case unknown

    var isStream: Bool {
      switch self {
      case .stream, .events, .feed: true
      case .bytes, .file, .held, .unknown: false
      }
    }
  }

  /// What came of the request.
  public var status: Status
  /// The header fields.
  public var fields: Fields
  var body: Body

  init(_ status: Status, _ fields: Fields, _ body: Body) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// An answer of known length. Without a `Content-Type` in `fields` it has none.
  public init(_ status: Status = .ok, fields: Fields = Fields(), body: [UInt8] = []) {
    self.init(status, fields, .bytes(body))
  }

  /// Plain text in UTF-8.
  public static func text(_ text: String, status: Status = .ok) -> Response {
    Response(status, plainText, .bytes(Array(text.utf8)))
  }

  /// An HTML page in UTF-8.
  public static func html(_ text: String, status: Status = .ok) -> Response {
    Response(status, ["Content-Type": "text/html; charset=utf-8"], .bytes(Array(text.utf8)))
  }

  /// A value as JSON, with the keys in order.
  ///
  /// - Throws: what the value's own encoding throws.
  public static func json(_ value: some Encodable, status: Status = .ok) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Response(status, ["Content-Type": "application/json"], .bytes(Array(try encoder.encode(value))))
  }

  /// An answer whose body comes in pieces: each `write` is a chunk of its own (RFC 9112 §7.1).
  ///
  /// The closure lasts as long as the stream. It is not called for HEAD. When it returns, the body ends in order;
  /// when it throws, the connection is cut, so that the client can tell, unless it speaks HTTP/1.0. When the client
  /// leaves or the server stops, the closure's task is cancelled; the `CancellationError` of a stop ends the body in
  /// order. Throw another error where the client would take that for the whole.
  public static func stream(
    status: Status = .ok, fields: Fields = Fields(),
    _ body: @escaping @LoopActor @Sendable (BodyStream) async throws -> Void
  ) -> Response {
    Response(status, fields, .stream(body))
  }

  /// Sends the browser to another address with GET.
  public static func redirect(to location: String, status: Status = .seeOther) -> Response {
    Response(status, ["Location": location], .bytes([]))
  }

  /// An answer without a body. It tells an `EventSource` not to come back (WHATWG HTML §9.2.3).
  public static let noContent = Response(.noContent, Fields(), .bytes([]))

  private static let plainText: Fields = ["Content-Type": "text/plain; charset=utf-8"]
}
