// A WebSocket, seen from its handler. Frames are read as soon as they arrive, not only while the handler waits for
// one: a ping is answered and a close is noticed also while it sends, or sleeps.

import CometLoop
import CometWire

/// An open WebSocket (RFC 6455).
@LoopActor
public final class WebSocket {
  /// What one side says to the other.
  public enum Message: Equatable, Sendable {
    /// Text, valid UTF-8.
    case text(String)
    /// Bytes.
    case binary([UInt8])
  }

  /// Why nothing can be sent any more: a close frame was sent or received.
  public struct Closed: Error {}

  /// The request of the handshake.
  public let request: Request
  /// The chosen subprotocol.
  public let subprotocol: String?

  private let stream: TCPStream
  private var decoder: WebSocketDecoder
  private var inbox = Inbox()
  private var receiver: Waiter<Void>?
  private var sentClose = false
  /// Whether nothing more will come: the peer has closed, failed, or gone.
  private var receivedEnd = false
  private var isLeaving = false
  private var readsLater = false
  private var lastPing = ContinuousClock.now
  /// When the peer was last not listened to, because the handler was behind.
  private var lastDeaf = ContinuousClock.now

  init(_ stream: TCPStream, _ request: Request, subprotocol: String?, limits: WebSocketLimits, early bytes: [UInt8]) {
    self.stream = stream
    self.request = request
    self.subprotocol = subprotocol
    decoder = WebSocketDecoder(limits: limits)
    stream.onReadable = { [unowned self] in self.read() }
    // The first frames may have come together with the handshake.
    decoder.append(bytes)
    decode()
    read()
  }

  // MARK: For handlers

  /// Suspends until a message comes.
  ///
  /// - Returns: nil when the peer has closed or gone, after everything that came before; also when the server stops.
  /// - Throws: `CancellationError` when the task is cancelled, but for the reasons above.
  public func receive() async throws -> Message? {
    while true {
      if let event = inbox.popFirst() {
        if inbox.isEmpty { read() }
        switch event {
        case .message(let message): return message
        case .end(let reply):
          end(reply)
          return nil
        }
      }
      if receivedEnd || isLeaving { return nil }
      let waiter = Waiter<Void>()
      receiver = waiter
      do {
        _ = try await waiter.wait()
      } catch {
        // The peer's leaving cancels the task too, but for this wait it is the end that it waited for.
        guard receivedEnd || isLeaving || !inbox.isEmpty else { throw error }
      }
    }
  }

  /// The messages until the peer has closed or gone, or the server stops.
  public var messages: Messages { Messages(socket: self) }

  /// The text messages among them; binary ones are passed over.
  public var texts: AsyncCompactMapSequence<Messages, String> {
    messages.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  /// Sends a text message; suspends while the peer has too much still to read.
  ///
  /// - Throws: `Closed` after a close frame in either direction; `TCPStream.Failure` when the peer has gone.
  public func send(_ text: String) async throws {
    try await send(frame: FrameEncoder.text(text))
  }

  /// Sends a binary message; see `send(_: String)`.
  public func send(_ bytes: [UInt8]) async throws {
    var frame: [UInt8] = []
    FrameEncoder.append(.binary, bytes, to: &frame)
    try await send(frame: frame)
  }

  /// Sends a message of either kind; see `send(_: String)`.
  public func send(_ message: Message) async throws {
    switch message {
    case .text(let text): try await send(text)
    case .binary(let bytes): try await send(bytes)
    }
  }

  /// Says that nothing more will be sent. The handler's return does the same with code 1000; only the first call has
  /// an effect.
  ///
  /// - Parameter reason: at most 123 bytes are sent.
  public func close(_ code: CloseCode = .normal, _ reason: String = "") {
    guard !sentClose else { return }
    sentClose = true
    stream.send(FrameEncoder.close(code, reason))
  }

  private func send(frame: [UInt8]) async throws {
    guard !sentClose else { throw Closed() }
    stream.send(frame)
    try await stream.room()
  }

  // MARK: For the connection

  /// The server stops: the handler's wait for messages ends.
  func leave() {
    isLeaving = true
    receiver?.wake(())
  }

  /// The closing handshake, after the handler has returned (§7.1.2).
  func finish(_ code: CloseCode, within time: Duration) async throws {
    // What was not received any more is dropped; a close among it is still to be answered.
    while let event = inbox.popFirst() {
      if case .end(let reply) = event { end(reply) }
    }
    close(code)
    inbox.isClosed = true
    if !receivedEnd {
      read()
      let waiter = Waiter<Void>()
      receiver = waiter
      if !receivedEnd { _ = try? await waiter.wait(within: time) }
    }
    stream.onReadable = nil
  }

  /// Asks for a sign of life, and drops who has given none.
  func sweep(_ now: ContinuousClock.Instant, _ limits: Limits) {
    // While the handler is behind, nothing is read, so nothing can be heard either.
    if inbox.isFull {
      lastDeaf = now
      return
    }
    if now - max(stream.lastReceived, lastDeaf) > limits.pongTime { return stream.abort() }
    if now - lastPing > limits.pingInterval, !sentClose {
      lastPing = now
      var frame: [UInt8] = []
      FrameEncoder.append(.ping, [], to: &frame)
      stream.send(frame)
    }
  }

  // MARK: Reading

  private func read() {
    do {
      // Who sends pings and reads no pongs is not listened to until it reads.
      while !inbox.isFull, !receivedEnd, !stream.isFull {
        guard let bytes = try stream.receiveNow() else { break }
        if bytes.isEmpty { return deliver(.end(nil)) }
        decoder.append(bytes)
        decode()
      }
      if !receivedEnd, stream.isFull || stream.hasMore && !inbox.isFull { readLater() }
    } catch {
      deliver(.end(nil))
    }
  }

  /// When there is room for answers, and the others have had their turn.
  private func readLater() {
    guard !readsLater else { return }
    readsLater = true
    spawn {
      try? await self.stream.room()
      await Task.yield()
      self.readsLater = false
      self.read()
    }
  }

  private func decode() {
    do throws(WebSocketFailure) {
      while let event = try decoder.next() {
        switch event {
        case .text(let text): deliver(.message(.text(text)))
        case .binary(let bytes): deliver(.message(.binary(bytes)))
        case .ping(let payload):
          guard !sentClose else { continue }
          // Answered at once, also between the fragments of a message (§5.5.2).
          var frame: [UInt8] = []
          FrameEncoder.append(.pong, payload, to: &frame)
          stream.send(frame)
        case .pong: break
        case .close(let code, _): deliver(.end(FrameEncoder.close(code, "")))
        }
      }
    } catch {
      deliver(.end(FrameEncoder.close(error.code, error.reason)))
    }
  }

  private func deliver(_ event: Inbox.Event) {
    guard !receivedEnd else { return }
    inbox.append(event)
    if case .end(let reply) = event {
      receivedEnd = true
      // With messages before it, the answer to a close comes when the handler has received those, or returns.
      if inbox.isOnlyEnd {
        inbox = Inbox()
        end(reply)
      }
      // A handler that does something else, such as sleep, is not kept from noticing.
      stream.user?.cancel()
    }
    receiver?.wake(())
  }

  /// Answers a close, or a failure, once (§5.5.1).
  private func end(_ reply: [UInt8]?) {
    if let reply, !sentClose {
      sentClose = true
      stream.send(reply)
    }
    sentClose = true
  }
}
