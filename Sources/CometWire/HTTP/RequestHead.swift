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
      line.version == .http11 && !fields.list("connection").contains { $0.isExactly("close") }
  }
}
