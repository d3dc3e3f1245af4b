import CometLoop
import CometWire

/// The table of what is answered where.
///
/// A path consists of segments: `/news/today` matches itself, `:name` matches any one segment, and a `*` at the end
/// matches all the rest, also nothing; what is written after it does not count. Of the paths that answer the method,
/// those without either go first; then the order of adding decides. What a path before it has for other methods, a `*`
/// leaves alone. A path begins with `/`, which is added where it is missing, is not percent-encoded and has no query.
public struct Routes: Sendable {
  /// By the one spelling of the path that ``PercentEncoding`` gives it.
  private var literals: [String: Route] = [:]
  private var patterns: [(pattern: PathPattern, route: Route)] = []

  init() {}

  /// Answers GET, and HEAD with the same fields.
  ///
  /// - Parameter cors: which pages of other origins may read the answers; none when nil.
  public mutating func get(_ path: String, cors: CORS? = nil, _ handler: @escaping Handler) {
    on(.get, path, cors: cors, handler)
  }

  /// Answers GET without waiting; a closure without `await` comes here by itself.
  public mutating func get(_ path: String, cors: CORS? = nil, _ handler: @escaping ImmediateHandler) {
    on(.get, path, cors: cors, handler)
  }

  /// Answers POST.
  ///
  /// - Parameter cors: which pages of other origins may send this and read the answers; none when nil.
  public mutating func post(_ path: String, cors: CORS? = nil, _ handler: @escaping Handler) {
    on(.post, path, cors: cors, handler)
  }

  /// Answers POST without waiting.
  public mutating func post(_ path: String, cors: CORS? = nil, _ handler: @escaping ImmediateHandler) {
    on(.post, path, cors: cors, handler)
  }

  /// Answers a method; an earlier handler of the same method and path is replaced.
  public mutating func on(_ method: Method, _ path: String, cors: CORS? = nil, _ handler: @escaping Handler) {
    add(.suspending(handler), method, path, cors)
  }

  /// Answers a method without waiting.
  public mutating func on(_ method: Method, _ path: String, cors: CORS? = nil, _ handler: @escaping ImmediateHandler) {
    add(.immediate(handler), method, path, cors)
  }

  private mutating func add(_ handler: Route.Handler, _ method: Method, _ path: String, _ cors: CORS?) {
    change(path) { route in
      route.handlers[method] = method == .head ? handler.forHead : handler
      route.cors[method] = cors
    }
  }

  /// Accepts WebSockets.
  ///
  /// - Parameters:
  ///   - protocols: the subprotocols that the handler speaks, the preferred one first.
  ///   - limits: the sizes of a message, where the server's own do not fit.
  ///   - check: is called with the request of the handshake. What it throws is answered as if a ``Handler`` had thrown
  ///     it, and there is no socket.
  public mutating func webSocket(
    _ path: String, protocols: [String] = [], limits: WebSocketLimits? = nil, check: HandshakeCheck? = nil,
    _ handler: @escaping WebSocketHandler
  ) {
    change(path) {
      $0.webSocket = WebSocketRoute(protocols: protocols, limits: limits, handler: .suspending(check, handler))
    }
  }

  /// Accepts WebSockets whose every message is answered on the spot, without a task; see ``WebSocketChannel``.
  ///
  /// - Parameters:
  ///   - opening: is called with the request of the handshake, and gives what is done when the socket is open, before
  ///     the first message. What it throws is answered as if a ``Handler`` had thrown it, and there is no socket.
  ///   - message: is called for each message, until the socket is closed.
  ///   - closed: is called once for each socket that was open, when nothing can be sent or will come any more.
  public mutating func webSocket(
    _ path: String, protocols: [String] = [], limits: WebSocketLimits? = nil, opening: OpeningHandler? = nil,
    message: @escaping MessageHandler, closed: @escaping ClosingHandler = { _ in }
  ) {
    change(path) {
      $0.webSocket = WebSocketRoute(
        protocols: protocols, limits: limits, handler: .immediate(opening, MessageAnswerer(message, closed)))
    }
  }

  /// Answers GET below a path from a folder.
  ///
  /// - Parameter prefix: begins with `/`; what comes after it begins with the next one.
  public mutating func files(_ prefix: String, from files: StaticFiles) {
    let prefix = prefix.hasSuffix("/") ? prefix : prefix + "/"
    let depth = prefix.split(separator: "/").count
    get(prefix + "*") { request in
      // Below `/` there is nothing to take off.
      if depth == 0 { return try files.response(to: request, path: request.path) }
      // Counted in segments, which can be written in several ways: `/%66iles/` is `/files/`. The rest stays encoded.
      let rest = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst(1 + depth)
      guard !rest.isEmpty else { throw RequestError(.notFound, "The address of a folder ends in a slash.") }
      return try files.response(to: request, path: "/" + rest.joined(separator: "/"))
    }
  }

  private mutating func change(_ path: String, _ body: (inout Route) -> Void) {
    let path = path.utf8.first == UInt8(ascii: "/") ? path : "/" + path
    let pattern = PathPattern(path)
    if pattern.isLiteral {
      body(&literals[PercentEncoding.encode(path), default: Route()])
    } else if let index = patterns.firstIndex(where: { $0.pattern == pattern }) {
      body(&patterns[index].route)
    } else {
      var route = Route()
      body(&route)
      patterns.append((pattern, route))
    }
  }

  /// The route of a path, with what its parameters stand for; the first one that `isWanted`.
  ///
  /// - Parameter alsoTaken: whether a `*` counts where a path before it has something else.
  func match(
    _ path: String, alsoTaken: Bool = false, where isWanted: (Route) -> Bool
  ) -> (route: Route, parameters: [String: String])? {
    if let route = literals[path], isWanted(route) { return (route, [:]) }
    guard let segments = PathPattern.segments(of: path) else { return nil }
    let literal = literal(path, segments)
    if let literal, isWanted(literal) { return (literal, [:]) }
    var isTaken = literal != nil
    for (pattern, route) in patterns where alsoTaken || !isTaken || !pattern.takesTheRest {
      guard let parameters = pattern.match(segments) else { continue }
      if isWanted(route) { return (route, parameters) }
      isTaken = true
    }
    return nil
  }

  /// All that a path answers, whichever of its routes does; nil when there is nothing at this path.
  func everything(at path: String) -> Route? {
    var all: Route?
    _ = match(path) { route in
      all = all?.filledUp(from: route) ?? route
      return false
    }
    return all
  }

  private func literal(_ path: String, _ segments: [String]) -> Route? {
    if let route = literals[path] { return route }
    // `/%74ime` is `/time` (RFC 3986 §6.2.2.2).
    guard path.utf8.contains(UInt8(ascii: "%")), !segments.contains(where: { $0.utf8.contains(UInt8(ascii: "/")) })
    else { return nil }
    return literals[PercentEncoding.encode("/" + segments.joined(separator: "/"))]
  }
}

/// What one path answers.
struct Route: Sendable {
  enum Handler: Sendable {
    case immediate(ImmediateHandler)
    case suspending(Comet.Handler)

    /// The same for HEAD, where an empty answer does not say that the one to GET is empty.
    var forHead: Handler {
      switch self {
      case .immediate(let answer): .immediate { try answer($0).withoutLength }
      case .suspending(let answer): .suspending { try await answer($0).withoutLength }
      }
    }
  }

  var handlers: [Method: Handler] = [:]
  var webSocket: WebSocketRoute?
  /// Each method's own list: who may read may not write by that.
  var cors: [Method: CORS] = [:]

  /// HEAD works wherever GET does (RFC 9110 §9.3.2).
  func handler(for method: Method) -> Handler? {
    handlers[method] ?? (method == .head ? handlers[.get] : nil)
  }

  func cors(for method: Method) -> CORS? {
    // HEAD that is answered by the handler of GET goes by the list of GET.
    cors[method == .head && handlers[.head] == nil ? .get : method]
  }

  /// The same with what only a route behind it answers.
  func filledUp(from other: Route) -> Route {
    var all = self
    for (method, handler) in other.handlers where handlers[method] == nil {
      all.handlers[method] = handler
      all.cors[method] = other.cors[method]
    }
    all.webSocket = webSocket ?? other.webSocket
    return all
  }

  var methods: [Method] {
    let answersGet = handlers[.get] != nil
    return Method.allCases.filter { method in
      handlers[method] != nil || method == .options || method == .head && answersGet
        || method == .get && webSocket != nil
    }
  }

  var allow: Fields { ["Allow": methods.map(\.rawValue).joined(separator: ", ")] }
}

extension Response {
  fileprivate var withoutLength: Response {
    guard case .bytes([]) = body else { return self }
    var changed = self
    changed.body = .unknown
    return changed
  }
}

struct WebSocketRoute: Sendable {
  enum Handler: Sendable {
    case immediate(OpeningHandler?, MessageAnswerer)
    case suspending(HandshakeCheck?, WebSocketHandler)
  }

  let protocols: [String]
  let limits: WebSocketLimits?
  let handler: Handler
}
