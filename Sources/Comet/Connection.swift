// One client: read a request, run its handler, write the answer, again. All of it is one task, so that cancelling
// the task when the client leaves ends whatever its handler waits for.

import CometLoop
import CometWire

@LoopActor
final class Connection {
  /// What the connection waits for, since when. The sweep compares it with the limits.
  enum Phase {
    case idle
    case head
    case body
    case answering
    case lingering
  }

  let stream: TCPStream
  let server: Server
  /// Where this connection stands in the server's list.
  var place = 0
  var parser: HTTPRequestParser
  private(set) var phase = Phase.idle
  private(set) var since = ContinuousClock.now
  /// What is being sent at the moment, where the sweep has to keep it alive.
  var body: BodyStream?
  var webSocket: WebSocket?
  /// Whether the connection ends with the answer that was sent last.
  var isLast = false

  private let isRefused: Bool
  private var hasTimedOut = false

  init(_ stream: TCPStream, server: Server, isRefused: Bool) {
    self.stream = stream
    self.server = server
    self.isRefused = isRefused
    parser = HTTPRequestParser(limits: server.limits.request)
  }

  func start() {
    stream.user = spawn { await self.run() }
  }

  /// The server stops: who waits for a request is sent home, who is being answered gets to the end quickly.
  func stop() {
    switch phase {
    case .idle, .head, .body: stream.interrupt()
    case .answering:
      webSocket?.leave()
      stream.user?.cancel()
    case .lingering: break
    }
  }

  func abort() {
    stream.abort()
  }

  func enter(_ phase: Phase) {
    self.phase = phase
    since = ContinuousClock.now
  }

  /// Ends what has lasted too long, and gives a sign of life where one is due.
  func sweep(_ now: ContinuousClock.Instant) {
    let limits = server.limits
    if stream.queued > 0, now - stream.lastSent > limits.writePause { return stream.abort() }
    switch phase {
    case .idle where now - since > limits.idleTime:
      stream.interrupt()
    case .head where now - since > limits.headTime,
      .body where now - max(since, stream.lastReceived) > limits.bodyPause:
      hasTimedOut = true
      stream.interrupt()
    case .lingering where now - since > limits.lingerTime:
      stream.abort()
    case .answering:
      if let body, now - max(since, stream.lastSent) > limits.eventStreamComment { body.sendFiller() }
      webSocket?.sweep(now, limits)
    default:
      break
    }
  }

  private func run() async {
    do {
      while let answer = try await serve() {
        switch answer {
        case .file(let file): try await file.send(to: stream)
        case .stream(let body, let write, let request): try await stream(body, write, request: request)
        case .webSocket(let socket, let handler): try await talk(socket, handler)
        }
      }
      try await linger()
    } catch {
      // The client has gone, or was cut off: there is nobody left to tell.
    }
    stream.close()
    server.remove(self)
  }

  /// Answers requests, up to an answer that lasts; nil when there will be no more.
  private func serve() async throws -> LastingAnswer? {
    do {
      if isRefused { throw RequestError(.serviceUnavailable, "The server has all the connections that it may have.") }
      enter(.idle)
      // Whatever needs no waiting is done here without `await`: each one costs a look at the executor.
      while !isLast, !server.isStopping {
        if let head = try parser.nextHead() {
          if let answer = try await answer(head) { return answer }
          if stream.isFull { try await stream.room() }
          enter(.idle)
          continue
        }
        if parser.hasBytes, case .idle = phase { enter(.head) }
        if let bytes = try stream.receiveNow() {
          guard try take(bytes) else { return nil }
        } else {
          await stream.readable()
        }
      }
    } catch let error as RequestError {
      // Where the next request would begin is not known, so this answer is the last.
      send(Response(error), to: nil, keepAlive: false)
    }
    return nil
  }

  /// The body that belongs to a head, whole.
  func readBody(of head: RequestHead) async throws -> [UInt8] {
    enter(.body)
    // Somebody who has begun to send did not wait for it (RFC 9110 §10.1.1).
    if head.expectsContinue, !parser.hasBytes { stream.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
    while true {
      if let body = try parser.nextBody() {
        enter(.answering)
        return body
      }
      guard try take(try await stream.receive()) else {
        throw RequestError(.badRequest, "The body is shorter than its framing says (RFC 9112 section 8).")
      }
    }
  }

  /// Passes what has arrived on to the parser; false at the end of the stream.
  private func take(_ bytes: [UInt8]) throws -> Bool {
    if bytes.isEmpty, hasTimedOut {
      throw RequestError(.requestTimeout, "The request took too long to arrive (RFC 9110 section 15.5.9).")
    }
    parser.append(bytes)
    return !bytes.isEmpty
  }

  /// Closes in two steps: if bytes that nobody has read were still arriving, closing at once would destroy the last
  /// answer on its way (RFC 9112 §9.6).
  private func linger() async throws {
    try await stream.room(limit: 0)
    stream.endSending()
    enter(.lingering)
    while try await !stream.receive().isEmpty {}
  }
}
