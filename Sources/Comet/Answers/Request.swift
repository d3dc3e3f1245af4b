import CometWire

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A whole request, as a handler gets it.
public struct Request: Sendable {
  /// The request line and the fields.
  public let head: RequestHead
  /// The body, with its framing taken off; empty without one. That of GET and HEAD is read and dropped: it has no
  /// meaning (RFC 9110 §9.3.1).
  public let body: [UInt8]
  /// The values that the route's `:name` and `*` stand for, percent-decoded.
  public let parameters: [String: String]
  private let shortQuery: FormFields?

  init(head: RequestHead, body: [UInt8], parameters: [String: String]) {
    self.head = head
    self.body = body
    self.parameters = parameters
    let isShort = (head.target.query?.utf8.count ?? 0) <= 256
    shortQuery = isShort ? Self.decode(head.target.query) : nil
  }

  /// What is to be done.
  public var method: Method { head.method }
  /// The path as it came, percent-encoded and without the query.
  public var path: String { head.target.path }
  /// The header fields.
  public var fields: Fields { head.fields }

  /// The pairs of the query; none when there is no query. Their number is bounded by the length of a request target.
  ///
  /// Those of a long query are decoded each time, since a request that is held would keep them for as long.
  public var query: FormFields { shortQuery ?? Self.decode(head.target.query) }

  private static func decode(_ query: String?) -> FormFields {
    query.flatMap { FormFields($0, limit: .max) } ?? FormFields()
  }

  /// The pairs of a body of the type `application/x-www-form-urlencoded`.
  ///
  /// - Throws: 415 for another type of body, 400 for more pairs than ``FormFields`` takes.
  public func form() throws(RequestError) -> FormFields {
    guard mediaType?.equalsIgnoringCase("application/x-www-form-urlencoded") == true else {
      throw RequestError(.unsupportedMediaType, "Send a body of the type application/x-www-form-urlencoded.")
    }
    guard let fields = FormFields(body) else {
      throw RequestError(.badRequest, "The form has too many fields.")
    }
    return fields
  }

  /// The body, decoded from JSON.
  ///
  /// - Throws: 400 when it is not JSON as ``JSONText`` takes it, or not of this shape.
  public func json<Value: Decodable>(_ type: Value.Type = Value.self) throws(RequestError) -> Value {
    do {
      // Checked first, since Foundation's decoder takes more than JSON, and a name of any length.
      return try JSONDecoder().decode(type, from: Data(JSONText(body).bytes))
    } catch let invalid as JSONText.Invalid {
      throw RequestError(.badRequest, invalid.reason)
    } catch {
      throw RequestError(.badRequest, "The body must be JSON of the expected shape.")
    }
  }

  /// The id that an `EventSource` saw last, when it comes back (WHATWG HTML §9.2.3, §9.2.4).
  ///
  /// Nil when there is none, when it is empty, or not a number up to 2^53: ids that this server gives are numbers,
  /// and one can always be added to them.
  public var lastEventID: Int? { fields["last-event-id"].flatMap(Self.number) }

  /// Where a long poll goes on: the query's `after`, under the same conditions as ``lastEventID``.
  public var cursor: Int? { query["after"].flatMap(Self.number) }

  /// The type of the body without its parameters.
  private var mediaType: Substring.UTF8View? {
    fields["content-type"]?.utf8.prefix { !"; \t".utf8.contains($0) }
  }

  private static func number(_ text: String) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int(text),
      number <= 1 << 53
    else { return nil }
    return number
  }
}
