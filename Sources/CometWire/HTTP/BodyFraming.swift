/// How the end of a request's body is found (RFC 9112 §6).
public enum BodyFraming: Equatable, Sendable {
  /// There is no body.
  case none
  /// Exactly so many bytes.
  case length(Int)
  /// Chunks, up to one of length 0.
  case chunked

  /// Reads Content-Length and Transfer-Encoding. Everything on which two readers of the same bytes could disagree
  /// is refused, because such a disagreement is how requests are smuggled (RFC 9112 §11.2).
  init(_ fields: Fields, version: HTTPVersion) throws(RequestError) {
    let length = fields.valueBytes("content-length")
    guard fields.contains("transfer-encoding") else {
      guard let length else {
        self = .none
        return
      }
      guard fields.count("content-length") == 1, let number = length.decimalValue else {
        throw RequestError(.badRequest, "Content-Length must be one decimal number (RFC 9110 section 8.6).")
      }
      self = number == 0 ? .none : .length(number)
      return
    }
    guard version == .http11 else {
      throw RequestError(.badRequest, "HTTP/1.0 has no Transfer-Encoding (RFC 9112 section 6.1).")
    }
    guard length == nil else {
      throw RequestError(.badRequest, "Content-Length and Transfer-Encoding exclude each other (RFC 9112 section 6.3).")
    }
    let codings = fields.list("transfer-encoding")
    guard codings.last?.isExactly("chunked") == true else {
      throw RequestError(.badRequest, "The last transfer coding must be chunked (RFC 9112 section 6.3).")
    }
    guard !codings.dropLast().contains(where: { $0.isExactly("chunked") }) else {
      throw RequestError(.badRequest, "The chunked coding must be applied once (RFC 9112 section 6.1).")
    }
    guard codings.count == 1 else {
      throw RequestError(.notImplemented, "This server knows no transfer coding but chunked (RFC 9112 section 6.1).")
    }
    self = .chunked
  }
}
