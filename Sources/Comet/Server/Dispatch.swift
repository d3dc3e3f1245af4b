// From a request's head to what will be done about it, before its body is read.

import CometWire

/// What a request leads to.
enum Dispatch: Sendable {
  /// The answer is known already, and the body is of no interest.
  case answer(Response)
  case handle(Route.Handler, parameters: [String: String], cors: Fields)
  case upgrade(WebSocketRoute, WebSocketHandshake, parameters: [String: String])
}

extension Server {
  func dispatch(_ head: RequestHead) -> Dispatch {
    do throws(RequestError) {
      return try route(head)
    } catch {
      return .answer(Response(error))
    }
  }

  private func route(_ head: RequestHead) throws(RequestError) -> Dispatch {
    let wantsWebSocket = WebSocketHandshake.isAsked(by: head)
    if let refusal = access.refusal(of: head) { throw refusal }
    // A GET from elsewhere can do no harm: the browser keeps its answer from the page, unless CORS permits it.
    if wantsWebSocket || !head.method.isSafe, head.fields.contains("origin"), !admits(head, wantsWebSocket) {
      let clause = wantsWebSocket ? " (RFC 6455 section 10.2)" : ""
      return .answer(
        .error(.forbidden, "A page from another origin may not do this\(clause).", ["Vary": "Origin"]))
    }
    if head.target.form == .asterisk {
      // The server as a whole and no address of it (RFC 9110 §9.3.7): what most addresses answer.
      return .answer(Response(.noContent, fields: ["Allow": "GET, HEAD, POST, OPTIONS"]))
    }
    if wantsWebSocket,
      let (route, parameters) = routes.match(head.target.path, alsoTaken: true, where: { $0.webSocket != nil }),
      let webSocket = route.webSocket
    {
      // Before the key, of which another version may have another idea.
      guard WebSocketHandshake.speaksOurVersion(head) else {
        return .answer(
          .error(
            .upgradeRequired, "This server speaks version 13 (RFC 6455 section 4.4).",
            ["Sec-WebSocket-Version": "13", "Upgrade": "websocket"]))
      }
      return .upgrade(webSocket, try WebSocketHandshake(head, protocols: webSocket.protocols), parameters: parameters)
    }
    if let (route, parameters) = routes.match(head.target.path, where: { $0.handler(for: head.method) != nil }),
      let handler = route.handler(for: head.method)
    {
      let cors = route.cors(for: head.method)?.fields(for: head, access: access, port: port) ?? Fields()
      // Last: a request that is refused for another reason is told that one, whatever its length.
      if case .length(let length) = head.framing, length > limits.request.bodyBytes {
        return .answer(.error(.contentTooLarge, "A body may have \(limits.request.bodyBytes) bytes.", cors))
      }
      return .handle(handler, parameters: parameters, cors: cors)
    }
    guard let route = routes.everything(at: head.target.path) else {
      throw RequestError(.notFound, "There is nothing at this address.")
    }
    if head.method == .options { return .answer(options(route, head)) }
    if head.method == .get, route.webSocket != nil {
      // Somebody has opened the address of a WebSocket in a browser (RFC 9110 §15.5.22).
      return .answer(.error(.upgradeRequired, "Connect with a WebSocket.", ["Upgrade": "websocket"]))
    }
    var fields = route.allow
    if !route.cors.isEmpty { fields.append("Vary", "Origin") }
    return .answer(.error(.methodNotAllowed, "This address does not answer \(head.method.rawValue).", fields))
  }

  /// Whether a page may change something: it is let in everywhere, or by the list of what it asks for.
  private func admits(_ head: RequestHead, _ wantsWebSocket: Bool) -> Bool {
    if access.admits(head, port: port) { return true }
    guard !wantsWebSocket, let cors = routes.everything(at: head.target.path)?.cors(for: head.method) else {
      return false
    }
    return access.admits(head, port: port, listed: cors.origins)
  }

  private func options(_ route: Route, _ head: RequestHead) -> Response {
    var response = Response.noContent
    if !route.cors.isEmpty {
      response.fields.append("Vary", "Origin")
      if let method = head.fields["access-control-request-method"].flatMap({ Method($0.utf8) }),
        let cors = route.cors(for: method)
      {
        let methods = route.methods.filter { route.cors(for: $0)?.admits(head, access: access, port: port) == true }
        response = cors.preflight(for: head, methods: methods, access: access, port: port)
      }
    }
    response.fields.merge(route.allow)
    return response
  }
}

extension Response {
  /// The answer to a request that cannot be answered otherwise: one line of text for its reader.
  init(_ error: RequestError) {
    self = .error(error.status, error.reason)
  }

  /// For a client that still waits when the server stops.
  static let stopping = Response.error(.serviceUnavailable, "The server is stopping. Ask again later.")

  static func error(_ status: Status, _ reason: String, _ fields: Fields = Fields()) -> Response {
    var response = Response.text(reason + "\n", status: status)
    response.fields.merge(fields)
    // It will pass, and this is how soon (RFC 9110 §10.2.3).
    if status == .serviceUnavailable { response.fields.append("Retry-After", "1") }
    return response
  }
}
