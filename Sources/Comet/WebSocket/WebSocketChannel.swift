// The protocol of a WebSocket on a connection: frames are read as soon as they arrive, a ping is answered and a close
// is noticed whatever the handler does.

import CometLoop
import CometWire

/// One side of an open WebSocket (RFC 6455), for handlers that answer each message on the spot.
@LoopActor
public final class WebSocketChannel {
  /// What has begun to arrive. On the heap, since most sockets are between two messages.
  private indirect enum Reading {
    case message(WebSocketDecoder)
  }

  /// The chosen subprotocol.
  public let subprotocol: String?

  let connection: Connection
  /// Gets what comes, until it ends.
  var receiver: (any MessageReceiver)?
  private let limits: WebSocketLimits
  private var reading: Reading?
  private var follower: Follower?
  private var lastPing = Moment.thisTurn
  /// When one of the two sides was last behind, so that the peer could not be heard.
  private var lastBehind = Moment.thisTurn
  /// When the closing handshake began: a close frame was sent, or the peer has gone.
  private var closeBegan: Moment?
  /// Whether nothing more will come: the peer has closed, failed, or gone.
  private var receivedEnd = false

  init(_ connection: Connection, subprotocol: String?, limits: WebSocketLimits) {
    self.connection = connection
    self.subprotocol = subprotocol
    self.limits = limits
  }

  // MARK: Sending

  /// Whether a close frame was sent, or the peer has gone: nothing can be sent any more. A close that was received
  /// counts when the messages before it have been taken.
  public var isClosed: Bool { hasClosed || connection.isClosed }

  /// Whether a close frame was sent, or the peer has gone.
  var hasClosed: Bool { closeBegan != nil }

  /// Sends a text message. What is sent after the close is dropped.
  ///
  /// A peer that does not read is not read from either, and dropped after ``Limits/writePause``; what is sent
  /// on other occasions than its own messages is bounded by nothing else: for that, ``follow(_:after:)`` a feed.
  public func send(_ text: String) {
    guard !hasClosed else { return }
    sendWhatWasPublished()
    connection.send { FrameEncoder.append(text: text, to: &$0) }
  }

  /// Sends a binary message; see `send(_: String)`.
  public func send(_ bytes: [UInt8]) {
    sendWhatWasPublished()
    send(.binary, bytes)
  }

  /// Sends a message of either kind; see `send(_: String)`.
  public func send(_ message: WebSocket.Message) {
    switch message {
    case .text(let text): send(text)
    case .binary(let bytes): send(bytes)
    }
  }

  /// Sends the messages of a feed, each as a text, from now on and at the pace of the peer. A socket follows one feed;
  /// another one takes the place of the first.
  ///
  /// - Parameter cursor: the last message that the peer has; nil begins with what comes next.
  public func follow<Value>(_ feed: Feed<Value>, after cursor: Int?) {
    guard !isClosed, !receivedEnd else { return }
    follower?.leave()
    follower = Follower(feed, after: cursor, to: connection, as: .frame)
  }

  /// Says that nothing more will be sent; only the first call has an effect.
  ///
  /// - Parameter reason: at most 123 bytes are sent.
  public func close(_ code: CloseCode = .normal, _ reason: String = "") {
    sendClose(FrameEncoder.close(code, reason))
    if receivedEnd { connection.beginClosing() }
  }

  private func send(_ opcode: Opcode, _ payload: [UInt8]) {
    guard !hasClosed else { return }
    connection.send { FrameEncoder.append(opcode, payload, to: &$0) }
  }

  /// The first close frame is the last frame (§5.5.1).
  func sendClose(_ frame: [UInt8]) {
    guard !hasClosed else { return }
    stopFollowing()
    closeBegan = .thisTurn
    connection.send(frame)
  }

  /// What was published before is told before, as far as the peer keeps up.
  private func sendWhatWasPublished() {
    if !hasClosed { follower?.sendNext(behind: connection.queueLimit) }
  }

  private func stopFollowing() {
    sendWhatWasPublished()
    follower?.leave()
    follower = nil
  }

  // MARK: Receiving

  /// Takes the frames that came together with the handshake, and then what has come since.
  func begin(_ early: [UInt8]) {
    if !early.isEmpty {
      var decoder = WebSocketDecoder(limits: limits)
      decoder.append(early)
      reading = .message(decoder)
    }
    readable()
  }

  /// Decodes what is there, and reads more, until nothing is left, one of the two sides is behind, or others have to
  /// have their turn: a read can hold thousands of messages.
  func readable() {
    // Called again in the same turn, because what was answered has left.
    if connection.willReadLater { return }
    var decoder = WebSocketDecoder(limits: limits)
    if case .message(let begun)? = reading { decoder = begun }
    // Taken out while it works, so that its buffer is not copied.
    reading = nil
    var share = TurnShare()
    do {
      // A peer that sends pings and reads no pongs is not listened to until it reads.
      while receiver?.isFull != true, !receivedEnd, !connection.isFull {
        if !decoder.isIdle {
          if share.isUsedUp() {
            connection.readLater()
            break
          }
          if let event = try decoder.next() {
            take(event)
            continue
          }
        }
        guard let bytes = try connection.receive() else { break }
        if bytes.isEmpty { end(nil) } else { decoder.append(bytes) }
      }
    } catch let failure as WebSocketFailure {
      end(FrameEncoder.close(failure.code, failure.reason))
    } catch {
      connection.close()
    }
    if !decoder.isIdle, !receivedEnd { reading = .message(decoder) }
  }

  private func take(_ event: WebSocketEvent) {
    switch event {
    case .text(let text): receiver?.received(.text(text), on: self)
    case .binary(let bytes): receiver?.received(.binary(bytes), on: self)
    // Answered at once, also between the fragments of a message (§5.5.2).
    case .ping(let payload): send(.pong, payload)
    case .pong: break
    case .close(let code, _): end(FrameEncoder.close(code, ""))
    }
  }

  /// - Parameter reply: what is still to be sent; nil when the peer has gone.
  private func end(_ reply: [UInt8]?) {
    guard !receivedEnd else { return }
    receivedEnd = true
    if reply == nil, !hasClosed { closeBegan = .thisTurn }
    stopFollowing()
    if let receiver { receiver.ended(reply, on: self) } else { answerEnd(reply) }
  }

  /// Answers a close, or a failure, once (§5.5.1). After both closes it is the server that ends the connection
  /// (§7.1.1).
  func answerEnd(_ reply: [UInt8]?) {
    if let reply { sendClose(reply) }
    connection.beginClosing()
  }

  /// Nobody receives any more: what still comes is dropped, until the peer closes, too.
  func finish(_ code: CloseCode) {
    receiver = nil
    close(code)
    if !receivedEnd { readable() }
  }
}

extension WebSocketChannel: Occupation {
  func drained() {
    follower?.sendNext()
    // What had to wait while the peer was behind.
    if connection.hasMore || reading != nil { readable() }
  }

  func clientLeft() {
    // Half-closed, or gone: in either case there is nothing to talk about any more. What came before is read first.
    if connection.isClosed { end(nil) } else { readable() }
  }

  func serverStops() {
    if let receiver { receiver.serverStops(self) } else { close(.goingAway) }
  }

  /// Asks for a sign of life, and drops a peer that has given none.
  func sweep(_ now: Moment, _ limits: Limits) {
    if let closeBegan {
      // The peer does not answer the close: for the receiver, this is the end.
      guard now - closeBegan > limits.lingerTime else { return }
      end(nil)
      return connection.beginClosing()
    }
    // While the receiver is behind, nothing is read, so nothing can be heard either, unless the peer has left. While
    // the peer is behind, our ping would stand behind all that it has not taken yet; for how long it may take nothing,
    // `writePause` says.
    if receiver?.isFull == true && !connection.peerHasLeft || connection.queued > 0 {
      lastBehind = now
      return
    }
    let lastHeard = max(connection.lastReceived, lastBehind)
    // Not without having asked: the whole process may have stood still for as long.
    if now - lastHeard > limits.pongTime, lastPing > lastHeard, now - lastPing >= limits.pongTime / 2 {
      // The ping may stand behind what the kernel holds, too: then much is still there, though less than at the ping.
      let before = connection.unconfirmed
      connection.lookForProgress(at: now)
      guard 4096 < connection.unconfirmed, connection.unconfirmed < before else { return connection.close() }
      lastBehind = now
    }
    if now - lastPing > limits.pingInterval {
      lastPing = now
      connection.lookForProgress(at: now)
      send(.ping, [])
    }
  }
}
