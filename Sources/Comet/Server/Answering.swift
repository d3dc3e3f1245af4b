// How a connection answers: from a head that has been read to the end of its answer.

import CometLoop
import CometWire

extension Connection {
  func take(_ head: RequestHead) {
    enter(.answering)
    switch server.dispatch(head) {
    case .answer(let response):
      if head.framing == .none { return respond(response, Exchange(head, server)) }
      // The body of a refused request is read to its end, or the connection is closed: when the client may be
      // waiting for 100 Continue, or the body is larger than anybody wants to read.
      if head.expectsContinue || head.framing.isLonger(than: server.limits.request.bodyBytes) {
        return respond(response, Exchange(head, server), isLast: true)
      }
      readBody(UnreadRequest(head, .answer(response)))

    case .handle(let handler, let parameters, let cors):
      guard head.framing == .none else {
        return readBody(UnreadRequest(head, .handle(handler, parameters: parameters, cors: cors)))
      }
      handle(Request(head: head, body: [], parameters: parameters), handler, cors)

    case .upgrade(let route, let handshake, let parameters):
      guard head.framing == .none else {
        return respond(.error(.badRequest, "A handshake has no body."), Exchange(head, server), isLast: true)
      }
      upgrade(Request(head: head, body: [], parameters: parameters), route, handshake)
    }
  }

  private func readBody(_ request: UnreadRequest) {
    unread = request
    enter(.body)
    // A client that has begun to send the body did not wait for it (RFC 9110 §10.1.1).
    if request.head.expectsContinue, !parser.hasBytes { send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
  }

  func take(_ body: [UInt8]) {
    guard let request = unread else { return }
    unread = nil
    enter(.answering)
    switch request.then {
    case .answer(let response):
      respond(response, Exchange(request.head, server))
    case .handle(let handler, let parameters, let cors):
      let hasMeaning = request.head.method != .get && request.head.method != .head
      handle(Request(head: request.head, body: hasMeaning ? body : [], parameters: parameters), handler, cors)
    }
  }

  private func handle(_ request: Request, _ handler: Route.Handler, _ cors: Fields) {
    let exchange = Exchange(request.head, server, fields: cors)
    switch handler {
    case .immediate(let answer):
      respond(Result { try answer(request) }, exchange)
    case .suspending(let answer):
      occupy(with: HandlerTask(self, exchange, request, answer))
    }
  }

  func respond(_ result: Result<Response, any Error>, _ exchange: Exchange) {
    var failure: String?
    var response: Response
    switch result {
    case .success(let answer):
      response = answer
      // What the handler has changed counts in the same way as it would have without the wait.
      if exchange.isHeld {
        response.fields = exchange.fields
        response.fields.merge(answer.fields)
        response.status = exchange.heldStatus ?? response.status
      }
    case .failure(let error as RequestError):
      response = Response(error)
    case .failure(is CancellationError) where server.isStopping || peerHasLeft:
      // Either the client has left, and this request needs no answer, though those before it may still be on their
      // way; or the server stops. Without either it is the handler's own mistake, such as a task that it has cancelled.
      guard server.isStopping else { return beginClosing() }
      response = .stopping
    case .failure(let error):
      response = failed
      failure = "\(error)"
    }
    if response.status.isInterim {
      // The client would take the next answer for the one to this request.
      failure = "the handler gave \(response.status), which is no final answer (RFC 9110 section 15.2)"
      response = failed
    }
    if response.status == .resetContent { response.body = .bytes([]) }  // RFC 9110 §15.3.6
    if exchange.fields.count > 0 { response.fields.merge(exchange.fields) }
    respond(response, exchange, failure: failure)
  }

  private var failed: Response {
    let reason = server.log == nil ? "It keeps no log of the reason." : "Its log says why."
    return .error(.internalServerError, "The server failed to answer. \(reason)")
  }

  /// Sends an answer, or begins to send one that lasts.
  func respond(_ response: Response, _ exchange: Exchange, isLast: Bool = false, failure: String? = nil) {
    guard phase != .closed else { return }
    // The answer that comes out of it is given here again, and gets these fields then.
    if case .held(let held) = response.body {
      return occupy(with: held(self, exchange.held(response)))
    }
    // Without chunks, the end of the connection is the end of the body (RFC 9112 §6.3).
    let isUnbounded = response.body.isStream && !exchange.knowsChunks
    let isLast = isLast || isUnbounded || !exchange.isPersistent || server.isStopping
    send(response, exchange, isLast: isLast, failure: failure)
    let hasBody = !exchange.omitsBody && !response.status.forbidsBody
    if hasBody, goesOnSending(response.body, exchange.answered(response.status), isLast: isLast) { return }
    if isLast { beginClosing() } else { enter(.idle) }
  }

  /// Answers when the call that brought the request is long over, and goes on with what came meanwhile.
  func respondLate(_ result: Result<Response, any Error>, _ exchange: Exchange) {
    respond(result, exchange)
    // In the next turn: one message ends the waiting of thousands at once.
    if phase == .idle, hasMore || parser.hasBytes { readLater() }
    flush()
  }

  /// Begins to send a body that lasts; false when the body has been sent already.
  private func goesOnSending(_ body: Response.Body, _ exchange: Exchange, isLast: Bool) -> Bool {
    switch body {
    case .held, .unknown: return false
    case .bytes(let bytes):
      if Self.leavesWithHead(bytes) { return false }
      occupy(with: PiecewiseBody(self, bytes.indices, isLast: isLast) { Array(bytes[$0]) })
    case .file(let file):
      occupy(with: PiecewiseBody(self, file.range, isLast: isLast) { try file.file.read($0) })
    case .stream(let write): occupy(with: StreamTask(self, exchange, isLast: isLast, write))
    case .events(let send): occupy(with: StreamTask(self, exchange, isLast: isLast, send))
    case .feed(let reading): occupy(with: reading(self, exchange))
    }
    return true
  }

  private static func leavesWithHead(_ body: [UInt8]) -> Bool { body.count <= PiecewiseBody.pieceBytes }

  /// Sends the head of an answer, and with it, in one write, a short body that is there already.
  func send(_ response: Response, _ exchange: Exchange, isLast: Bool, failure: String? = nil) {
    send { bytes in
      ResponseHead(response.status, response.fields).serialize(into: &bytes, isLast: isLast)
      if !response.status.forbidsBody {
        switch response.body {
        case .bytes(let body): bytes.appendContentLength(body.count)
        case .file(let file): bytes.appendContentLength(file.range.count)
        case .stream where exchange.knowsChunks, .events where exchange.knowsChunks, .feed where exchange.knowsChunks:
          bytes.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8)
        case .stream, .events, .feed, .held, .unknown: break
        }
      }
      bytes.append(contentsOf: "\r\n".utf8)
      if case .bytes(let body) = response.body, !exchange.omitsBody, !response.status.forbidsBody,
        Self.leavesWithHead(body)
      {
        bytes.append(contentsOf: body)
      }
    }
    if server.log != nil { log(response.status, exchange, failure) }
  }

  func log(_ status: Status, _ exchange: Exchange, _ failure: String?) {
    guard let log = server.log, let logged = exchange.logged else { return }
    let failure = failure?.inOneLine
    log(LogEntry(request: logged.line, status: status, duration: .now - logged.start, failure: failure))
  }
}

extension String {
  /// Control characters as they are written in a literal: what an error quotes of a client's text must not look like
  /// another line of the log.
  fileprivate var inOneLine: String {
    unicodeScalars.map { $0.properties.generalCategory == .control ? $0.escaped(asASCII: true) : String($0) }.joined()
  }
}

/// A request whose body is still on its way.
@LoopActor
final class UnreadRequest {
  enum Then {
    /// The answer does not depend on the body.
    case answer(Response)
    case handle(Route.Handler, parameters: [String: String], cors: Fields)
  }

  let head: RequestHead
  let then: Then

  init(_ head: RequestHead, _ then: Then) {
    self.head = head
    self.then = then
  }
}

extension BodyFraming {
  fileprivate func isLonger(than limit: Int) -> Bool {
    if case .length(let length) = self { length > limit } else { false }
  }
}
