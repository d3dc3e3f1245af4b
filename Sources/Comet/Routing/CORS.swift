import CometWire

/// Which pages of other origins may read a route's answers (WHATWG Fetch, section 3.3).
///
/// Origins are compared whole with a list; an origin that is only reflected would open the route to everyone.
public struct CORS: Sendable {
  /// The origins that may read.
  public var origins: Set<Origin>
  /// Whether the server's own origins may: under another of its names, a page has another origin.
  public var includesOwn: Bool
  /// Whether cookies may be sent along.
  public var credentials: Bool
  /// The request fields that a page may set besides the ones that need no permission.
  public var fields: [String]
  /// For how many seconds a browser may remember the answer to a preflight.
  public var maxAge: Int

  /// A list of origins such as `https://example.org`; one that cannot be read is left out.
  public init(
    origins: some Sequence<String> = [], includesOwn: Bool = true, credentials: Bool = false, fields: [String] = [],
    maxAge: Int = 600
  ) {
    self.origins = Set(origins.compactMap { Origin($0) })
    self.includesOwn = includesOwn
    self.credentials = credentials
    self.fields = fields
    self.maxAge = maxAge
  }

  /// Whether the page that a request comes from may read.
  func admits(_ head: RequestHead, access: Access, port: Int) -> Bool {
    guard let origin = head.fields["origin"].flatMap({ Origin($0) }) else { return false }
    return origins.contains(origin) || includesOwn && access.isOwn(origin, host: head.host, port: port)
  }

  /// The fields that every answer of the route gets. `Vary` is there also when the origin is refused, or a cache
  /// would give one page's answer to another.
  func fields(for head: RequestHead, access: Access, port: Int) -> Fields {
    var answer: Fields = ["Vary": "Origin"]
    guard let field = head.fields["origin"], admits(head, access: access, port: port) else { return answer }
    answer.append("Access-Control-Allow-Origin", field)
    if credentials { answer.append("Access-Control-Allow-Credentials", "true") }
    return answer
  }

  /// The answer to a preflight: the browser's question before a request that a form could not send.
  func preflight(for head: RequestHead, methods: [Method], access: Access, port: Int) -> Response {
    var answer = fields(for: head, access: access, port: port)
    if answer.contains("access-control-allow-origin") {
      answer.append("Access-Control-Allow-Methods", methods.map(\.rawValue).joined(separator: ", "))
      if !fields.isEmpty { answer.append("Access-Control-Allow-Headers", fields.joined(separator: ", ")) }
      answer.append("Access-Control-Max-Age", String(maxAge))
    }
    return Response(.noContent, fields: answer)
  }
}
