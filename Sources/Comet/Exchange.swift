// One request and its answer.

import CometLoop
import CometWire

extension Connection {
  /// Answers a request; false when the connection ends with it.
  func answer(_ head: RequestHead) async throws -> Bool {
    enter(.answering)
    switch server.dispatch(head) {
    case .answer(let response):
      // The body of a refused request is read to its end, or the connection is closed: when the client may be
      // waiting for 100 Continue, or the body is larger than anybody wants to read.
      let isRead = head.framing == .none || !head.expectsContinue && response.status != .contentTooLarge
      if isRead, head.framing != .none { _ = try await readBody(of: head) }
      return try await deliver(response, to: head, keepAlive: isRead)

    case .handle(let handler, let parameters, let cors):
      let body = head.framing == .none ? [] : try await readBody(of: head)
      let request = Request(head: head, body: body, parameters: parameters)
      var response: Response
      var failure: String?
      do {
        response = try await handler(request)
      } catch {
        (response, failure) = try answer(to: error)
      }
      if cors.count > 0 { response.fields.merge(cors) }
      let (rest, keepAlive) = send(response, to: head, keepAlive: true, failure: failure)
      if let rest { try await send(rest, head) }
      if stream.isFull { try await stream.room() }
      return keepAlive && !server.isStopping

    case .upgrade(let route, let handshake, let parameters):
      guard head.framing == .none else {
        return try await deliver(.error(.badRequest, "A handshake has no body."), to: head, keepAlive: false)
      }
      let request = Request(head: head, body: [], parameters: parameters)
      try await upgrade(request, route, handshake)
      return false
    }
  }

  /// Sends a whole answer; false when the connection ends with it.
  @discardableResult
  func deliver(_ response: Response, to head: RequestHead?, keepAlive: Bool) async throws -> Bool {
    let (rest, keepAlive) = send(response, to: head, keepAlive: keepAlive)
    if let rest { try await send(rest, head) }
    if stream.isFull { try await stream.room() }
    return keepAlive && !server.isStopping
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

  /// The part of an answer's body that needs waiting for.
  private enum Rest {
    case file(FileBody)
    case stream(@LoopActor @Sendable (BodyStream) async throws -> Void, isChunked: Bool)
  }

  /// Sends the head of an answer, and with it, in one write, a body that is there already.
  private func send(
    _ response: Response, to head: RequestHead?, keepAlive: Bool, failure: String? = nil
  ) -> (Rest?, keepAlive: Bool) {
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
    if omitsBody { return (nil, keepAlive) }
    switch response.body {
    case .bytes: return (nil, keepAlive)
    case .file(let file): return (.file(file), keepAlive)
    case .stream(let body): return (.stream(body, isChunked: isChunked), keepAlive)
    }
  }

  private func send(_ rest: Rest, _ head: RequestHead?) async throws {
    switch rest {
    case .file(let file): try await file.send(to: stream)
    case .stream(let body, let isChunked): try await send(body, isChunked: isChunked, head)
    }
  }

  private func send(
    _ body: @LoopActor @Sendable (BodyStream) async throws -> Void, isChunked: Bool, _ head: RequestHead?
  ) async throws {
    let bodyStream = BodyStream(stream, isChunked: isChunked)
    self.body = bodyStream
    defer { self.body = nil }
    do {
      try await body(bodyStream)
      bodyStream.end()
    } catch is CancellationError where server.isStopping {
      bodyStream.end()
    } catch {
      // Cut without its end, so that the client does not take a part for the whole.
      bodyStream.cut()
      if !stream.peerHasLeft {
        note(.ok, head, "the stream was cut: \(error)")
        try await stream.room(limit: 0)
      }
      throw error
    }
  }

  func note(_ status: Status, _ head: RequestHead?, _ failure: String? = nil) {
    guard let log = server.log else { return }
    log(LogEntry(request: head?.line, status: status, duration: .now - since, failure: failure))
  }
}

extension RequestHead {
  /// The request line, for a log.
  fileprivate var line: String {
    "\(method.rawValue) \(target.path.isEmpty ? "*" : target.path)\(target.query.map { "?" + $0 } ?? "")"
  }
}
