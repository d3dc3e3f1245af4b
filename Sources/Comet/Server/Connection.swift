// One client: read a request, answer it, again. What can be answered without waiting is answered on the spot, in the
// call that brings the bytes; only a handler that suspends gets a task.

import CometLoop
import CometWire

@LoopActor
final class Connection: TCPStream {
  /// What the connection waits for. The sweep compares how long with the limits.
  enum Phase {
    /// The first byte of a request.
    case idle
    /// The rest of a head.
    case head
    /// The rest of a body.
    case body
    /// The answer: its ``occupation`` tells on what that depends.
    case answering
    /// That the last answer is taken.
    case closing
    /// That the client closes, too.
    case lingering
    case closed
  }

  let server: Server
  var parser = HTTPRequestParser()
  private(set) var since = Moment.thisTurn
  /// What is done during `.answering`; nil at other times.
  private(set) var occupation: (any Occupation)?
  /// The request whose body is being read; nil but in `.body`.
  var unread: UnreadRequest?
  /// Where this connection stands in the server's list.
  var place: Int32 = 0
  private(set) var phase = Phase.idle
  /// The end of the stream was read: everything before it has been seen.
  private var sawEnd = false
  /// ``peerLeft()`` was called. `peerHasLeft` is true earlier, while the last bytes are still being read.
  private var clientHasLeft = false

  init(_ socket: consuming AcceptedSocket, server: Server) throws(SystemError) {
    self.server = server
    try super.init(socket, queueLimit: server.limits.queueBytes)
  }

  // MARK: From one phase to the next

  func enter(_ phase: Phase) {
    self.phase = phase
    occupation = nil
    since = .thisTurn
  }

  func occupy(with occupation: any Occupation) {
    phase = .answering
    self.occupation = occupation
    guard clientHasLeft || server.isStopping else { return }
    // What begins only now was not there to be told.
    atEndOfTurn { [self] in
      guard self.occupation === occupation else { return }
      if clientHasLeft { occupation.clientLeft() } else { occupation.serverStops() }
    }
  }

  /// The answer is complete. What the client has sent meanwhile is read, unless this answer was the last.
  func finish(isLast: Bool) {
    occupation = nil
    guard phase != .closed else { return }
    if isLast || server.isStopping { return beginClosing() }
    enter(.idle)
    read()
  }

  /// Closes in steps, the first of which is to wait until everything is sent. If bytes that nobody has read were still
  /// arriving, closing at once would destroy the last answer on its way (RFC 9112 §9.6).
  func beginClosing() {
    guard phase != .closing, phase != .lingering, phase != .closed else { return }
    occupation = nil
    unread = nil
    enter(.closing)
    if queued == 0 { drained() }
  }

  /// Ends the connection at once.
  override func close() {
    guard phase != .closed else { return }
    phase = .closed
    let occupation = self.occupation
    self.occupation = nil
    unread = nil
    super.close()
    server.remove(self)
    occupation?.clientLeft()
  }

  /// Answers what was no request, or not all of one. Where the next one would begin is not known, so this answer is the last.
  func refuse(_ error: RequestError) {
    var response = Response(error)
    // A page may read this one, too.
    if case .handle(_, _, let cors)? = unread?.then { response.fields.merge(cors) }
    send(response, Exchange(unread?.head, server, isRefusedHEAD: parser.hasRefusedHEAD), isLast: true)
    beginClosing()
  }

  // MARK: What the stream tells

  override func readable() {
    switch phase {
    case .idle, .head, .body: read()
    case .answering: occupation?.readable()
    case .lingering: discard()
    case .closing, .closed: break
    }
  }

  override func drained() {
    switch phase {
    case .idle, .head, .body: read()
    case .answering: occupation?.drained()
    case .closing:
      if sawEnd { return close() }
      endSending()
      enter(.lingering)
      discard()
    case .lingering, .closed: break
    }
  }

  override func peerLeft() {
    clientHasLeft = true
    // In the other phases the end is found by reading, after everything that came before it.
    if phase == .answering { occupation?.clientLeft() }
  }

  private var isConfirmed: Bool {
    lookForProgress(at: .thisTurn)
    return unconfirmed == 0
  }

  // MARK: What the server tells

  /// The server stops: a connection that waits for a request is closed, one that is being answered comes to an end
  /// soon.
  func stop() {
    switch phase {
    // RFC 9112 §9.6: the client's system has confirmed all answers, so that nothing of them can be lost. To close before
    // a request that has come already would reset the connection.
    case .idle where queued == 0 && isConfirmed && !hasUnread: close()
    case .idle, .head, .body: beginClosing()
    case .answering: occupation?.serverStops()
    case .closing, .lingering, .closed: break
    }
  }

  /// Ends what has lasted too long, and gives a sign of life where one is due.
  func sweep(_ now: Moment) {
    let limits = server.limits
    if queued > 0 {
      lookForProgress(at: now)
      if now - lastSent > limits.writePause { return close() }
    }
    switch phase {
    case .idle where queued == 0 && now - max(since, lastSent) > limits.idleTime:
      beginClosing()
    case .head where now - since > limits.headTime,
      .body where now - max(since, lastReceived) > limits.bodyPause:
      refuse(RequestError(.requestTimeout, "The request took too long to arrive (RFC 9110 section 15.5.9)."))
    case .lingering:
      // The client may still be reading what the kernel holds for it (RFC 9112 §9.6).
      lookForProgress(at: now)
      let limit = unconfirmed > 0 ? max(limits.lingerTime, limits.writePause) : limits.lingerTime
      if server.isStopping ? now - since > limits.stopLinger : now - max(since, lastSent) > limit { close() }
    case .answering:
      occupation?.sweep(now, limits)
    default:
      break
    }
  }

  // MARK: Reading

  /// Reads and answers, until there is something to wait for.
  func read() {
    // Called again in the same turn, because what was answered has left.
    if willReadLater { return }
    do {
      try answerWhatIsThere()
      // Not before all that is there was answered.
      while phase.isReading, !isFull, !willReadLater, let bytes = try receive() {
        if bytes.isEmpty {
          sawEnd = true
          guard phase == .body else { return beginClosing() }
          throw RequestError(.badRequest, "The body is shorter than its framing says (RFC 9112 section 8).")
        }
        parser.append(bytes)
        try answerWhatIsThere()
      }
    } catch let error as RequestError {
      refuse(error)
    } catch {
      close()
    }
  }

  /// Pipelined requests are answered one after the other, for as long as the client takes the answers, and until others
  /// have to have their turn: a read can hold hundreds of them.
  private func answerWhatIsThere() throws(RequestError) {
    var share = TurnShare()
    while parser.hasBytes || phase == .body, !isFull {
      switch phase {
      case .idle, .head:
        if share.isUsedUp() { return readLater() }
        guard let head = try parser.nextHead(server.limits.request) else {
          if phase == .idle, parser.hasBegunHead { enter(.head) }
          return
        }
        take(head)
      case .body:
        guard let body = try parser.nextBody(server.limits.request) else { return }
        take(body)
      case .answering, .closing, .lingering, .closed:
        return
      }
    }
  }

  /// Nobody is interested any more, but to close before the client has sent everything would reset the connection.
  private func discard() {
    do {
      while let bytes = try receive() {
        if bytes.isEmpty { return close() }
      }
    } catch {
      close()
    }
  }
}

extension Connection.Phase {
  fileprivate var isReading: Bool {
    switch self {
    case .idle, .head, .body: true
    case .answering, .closing, .lingering, .closed: false
    }
  }
}
