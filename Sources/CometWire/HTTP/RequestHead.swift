/// A request's first line and fields, checked: what depends on them can be believed.
///
/// It never changes, so it is handed around by reference: copying its parts at each step costs more than reading them.
public final class RequestHead: Sendable {
  /// What is to be done.
  public let method: Method
  /// With what.
  public let target: RequestTarget
  /// In which version the answer must be understood.
  public let version: HTTPVersion
  /// All field lines, in order.
  public let fields: Fields
  /// The authority of an absolute target, else the Host field; nil only with HTTP/1.0.
  public let host: Authority?
  /// How the end of the body is found.
  public let framing: BodyFraming
  /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
  public let expectsContinue: Bool
  /// Whether the client wants to ask again on this connection (RFC 9112 §9.3).
  public let isPersistent: Bool

  /// Reads the bytes of a head, which are complete: they end in an empty line, and every CR in them is followed by LF.
  init(bytes: [UInt8], limits: RequestLimits) throws(RequestError) {
    let (line, fields) = try HeadParser.parse(bytes, limits: limits)
    method = line.method
    target = line.target
    version = line.version
    self.fields = fields
    host = try HeadParser.host(fields, target: line.target, version: line.version)
    framing = try BodyFraming(fields, version: line.version)
    expectsContinue = try HeadParser.expectsContinue(fields, version: line.version)
    // HTTP/1.0 is closed after its answer, whatever it asks for.
    isPersistent =
      line.version == .http11 && !(fields.contains("connection") && fields.list("connection").contains("close"))
  }
}

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
    guard codings.last == "chunked" else {
      throw RequestError(.badRequest, "The last transfer coding must be chunked (RFC 9112 section 6.3).")
    }
    guard !codings.dropLast().contains("chunked") else {
      throw RequestError(.badRequest, "The chunked coding must be applied once (RFC 9112 section 7.1).")
    }
    guard codings.count == 1 else {
      throw RequestError(.notImplemented, "This server knows no transfer coding but chunked (RFC 9112 section 6.1).")
    }
    self = .chunked
  }
}
