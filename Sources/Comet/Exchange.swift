// One request and its answer.

import CometLoop
import CometWire

/// An answer that lasts. It begins when everything that its request needed has been let go of: most of what an open
/// stream would cost is its past.
enum LastingAnswer {
  case file(FileBody)
  case stream(BodyStream, @LoopActor @Sendable (BodyStream) async throws -> Void, request: String?)
  case webSocket(WebSocket, WebSocketHandler)
}

extension Connection {
  /// Answers a request.
  ///
  /// - Returns: what remains to be done, when that takes long.
  func answer(_ head: RequestHead) async throws -> LastingAnswer? {
    enter(.answering)
    switch server.dispatch(head) {
    case .answer(let response):
      // The body of a refused request is read to its end, or the connection is closed: when the client may be
      // waiting for 100 Continue, or the body is larger than anybody wants to read.
      let isRead = head.framing == .none || !head.expectsContinue && response.status != .contentTooLarge
      if isRead, head.framing != .none { _ = try await readBody(of: head) }
      return send(response, to: head, keepAlive: isRead)

    case .handle(let handler, let parameters, let cors):
      let body = head.framing == .none ? [] : try await readBody(of: head)
      var response: Response
      var failure: String?
      do {
        response = try await handler(Request(head: head, body: body, parameters: parameters))
      } catch {
        (response, failure) = try answer(to: error)
      }
      if cors.count > 0 { response.fields.merge(cors) }
      return send(response, to: head, keepAlive: true, failure: failure)

    case .upgrade(let route, let handshake, let parameters):
      guard head.framing == .none else {
        return send(.error(.badRequest, "A handshake has no body."), to: head, keepAlive: false)
      }
      return upgrade(Request(head: head, body: [], parameters: parameters), route, handshake)
    }
  }

  /// What is answered when a handler throws.
  private func answer(to error: any Error) throws -> (Response, failure: String?) {
    if let error = error as? RequestError { return (Response(error), nil) }
    if error is CancellationError {
      // Either the client has left, and there is nobody to answer, or the server stops.
      guard server.isStopping else { throw error }
      return (.error(.serviceUnavailable, "The server is stopping. Ask again later.", ["Retry-After": "1"]), nil)
    }
    return (.error(.internalServerError, "The server failed to answer. Its log says why."), "\(error)")
  }

  /// Sends the head of an answer, and with it, in one write, a body that is there already.
  ///
  /// - Returns: the body that is not.
  @discardableResult
  func send(
    _ response: Response, to head: RequestHead?, keepAlive: Bool, failure: String? = nil
  ) -> LastingAnswer? {
    let isChunked = head?.version != .http10
    var keepAlive = keepAlive && head?.isPersistent == true && !server.isStopping
    // Without chunks, the end of the connection is the end of the body (RFC 9112 §6.3).
    if case .stream = response.body, !isChunked { keepAlive = false }
    let omitsBody = head?.method == .head || response.status.forbidsBody

    var bytes: [UInt8] = []
    ResponseHead(response.status, response.fields).serialize(into: &bytes, keepAlive: keepAlive)
    if !response.status.forbidsBody {
      switch response.body {
      case .bytes(let body): bytes.appendContentLength(body.count)
      case .file(let file): bytes.appendContentLength(file.range.count)
      case .stream where isChunked: bytes.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8)
      case .stream: break
      }
    }
    bytes.append(contentsOf: [13, 10])
    if case .bytes(let body) = response.body, !omitsBody { bytes.append(contentsOf: body) }
    stream.send(bytes)
    note(response.status, head, failure)
    isLast = !keepAlive
    if omitsBody { return nil }
    switch response.body {
    case .bytes: return nil
    case .file(let file): return .file(file)
    case .stream(let write):
      return .stream(BodyStream(stream, isChunked: isChunked), write, request: server.log == nil ? nil : head?.line)
    }
  }

  /// Has the body of a stream written.
  func stream(
    _ body: BodyStream, _ write: @LoopActor @Sendable (BodyStream) async throws -> Void, request: String?
  ) async throws {
    self.body = body
    defer { self.body = nil }
    do {
      try await write(body)
      body.end()
    } catch is CancellationError where server.isStopping {
      body.end()
    } catch {
      // Cut without its end, so that the client does not take a part for the whole.
      body.cut()
      if !stream.peerHasLeft {
        log(.ok, request, "the stream was cut: \(error)")
        try await stream.room(limit: 0)
      }
      throw error
    }
  }

  func note(_ status: Status, _ head: RequestHead?, _ failure: String? = nil) {
    if server.log != nil { log(status, head?.line, failure) }
  }

  func log(_ status: Status, _ request: String?, _ failure: String?) {
    server.log?(LogEntry(request: request, status: status, duration: .now - since, failure: failure))
  }
}

extension RequestHead {
  /// The request line, for a log.
  fileprivate var line: String {
    "\(method.rawValue) \(target.path.isEmpty ? "*" : target.path)\(target.query.map { "?" + $0 } ?? "")"
  }
}
