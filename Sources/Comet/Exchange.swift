// One request and its answer.

import CometLoop
import CometWire

extension Connection {
  /// Answers a request; false when the connection ends with it.
  func answer(_ head: RequestHead) async throws -> Bool {
    enter(.answering)
    let dispatch = server.dispatch(head)
    switch dispatch {
    case .answer(let response):
      // The body of a refused request is read to its end, or the connection is closed: then the client may be
      // waiting for 100 Continue, or the body is larger than anybody wants to read.
      let skipsBody = head.framing != .none && (head.expectsContinue || response.status == .contentTooLarge)
      let keepAlive = try await send(response, to: head, keepAlive: !skipsBody)
      if keepAlive { _ = try await readBody(of: head) }
      return keepAlive

    case .handle(let handler, let parameters, let cors):
      let body = try await readBody(of: head)
      let request = Request(head: head, body: body, parameters: parameters)
      var (response, failure) = try await run(handler, request)
      response.fields.merge(cors)
      return try await send(response, to: head, keepAlive: true, failure: failure)

    case .upgrade(let route, let handshake, let parameters):
      guard head.framing == .none else {
        return try await send(.error(.badRequest, "A handshake has no body."), to: head, keepAlive: false)
      }
      let request = Request(head: head, body: [], parameters: parameters)
      try await upgrade(request, route, handshake)
      return false
    }
  }

  /// Runs the handler and makes an answer of whatever it throws.
  private func run(_ handler: Handler, _ request: Request) async throws -> (Response, failure: String?) {
    do {
      return (try await handler(request), nil)
    } catch let error as RequestError {
      return (Response(error), nil)
    } catch let error as CancellationError {
      // Either the client has left, and there is nobody to answer, or the server stops.
      guard server.isStopping else { throw error }
      return (.error(.serviceUnavailable, "The server is stopping. Ask again later.", ["Retry-After": "1"]), nil)
    } catch {
      return (.error(.internalServerError, "The server failed to answer. Its log says why."), "\(error)")
    }
  }

  /// Sends a whole answer; false when the connection ends with it.
  @discardableResult
  func send(
    _ response: Response, to head: RequestHead?, keepAlive: Bool, failure: String? = nil
  ) async throws -> Bool {
    let isChunked = head?.version != .http10
    var keepAlive = keepAlive && head?.isPersistent == true && !server.isStopping
    // Without chunks, the end of the connection is the end of the body (RFC 9112 §6.3).
    if case .stream = response.body, !isChunked { keepAlive = false }
    let omitsBody = head?.method == .head || response.status.forbidsBody

    var bytes: [UInt8] = []
    ResponseHead(response.status, response.fields).serialize(into: &bytes, keepAlive: keepAlive)
    if !response.status.forbidsBody {
      switch response.body {
      case .bytes(let body): bytes.appendLine("Content-Length", body.count)
      case .file(let file): bytes.appendLine("Content-Length", file.range.count)
      case .stream where isChunked: bytes.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8)
      case .stream: break
      }
    }
    bytes.append(contentsOf: [13, 10])
    note(response.status, head, failure)

    switch response.body {
    case .bytes(let body):
      // Head and body leave together.
      if !omitsBody { bytes.append(contentsOf: body) }
      stream.send(bytes)
      try await stream.room()
    case .file(let file):
      stream.send(bytes)
      if !omitsBody { try await file.send(to: stream) }
    case .stream(let body):
      stream.send(bytes)
      if !omitsBody { try await send(body, isChunked: isChunked, head) }
    }
    return keepAlive && !server.isStopping
  }

  private func send(
    _ body: @LoopActor (BodyStream) async throws -> Void, isChunked: Bool, _ head: RequestHead?
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
    server.log?(LogEntry(request: head?.line, status: status, duration: .now - since, failure: failure))
  }
}

extension RequestHead {
  /// The request line, for a log.
  fileprivate var line: String {
    "\(method.rawValue) \(target.path.isEmpty ? "*" : target.path)\(target.query.map { "?" + $0 } ?? "")"
  }
}
