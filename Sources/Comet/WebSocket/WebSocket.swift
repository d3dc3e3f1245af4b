// A WebSocket, seen from a handler that has a task of its own and awaits each message.

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

  /// Why nothing can be sent any more: a close frame was sent, or one was received and all that came before it was
  /// taken, or the peer has gone.
  public struct Closed: Error {}

  /// The request of the handshake.
  public let request: Request

  private let channel: WebSocketChannel
  private var task: Task<Void, Never>?
  private var inbox = Inbox()
  /// Those who wait for a message: any of several tasks may take the next one.
  private var waiters: [Waiter<Void>] = []
  /// Nothing more comes: the peer has closed, failed, or gone, or the server stops.
  private var isOver = false

  init(_ channel: WebSocketChannel, _ request: Request) {
    self.channel = channel
    self.request = request
    channel.receiver = self
  }

  /// The chosen subprotocol.
  public var subprotocol: String? { channel.subprotocol }

  /// Suspends until a message comes. Of several tasks that wait, one gets it.
  ///
  /// - Returns: nil when the peer has closed or gone, after everything that came before; also when the server stops,
  ///   and when the handler has returned.
  /// - Throws: `CancellationError` when the task is cancelled, but for the reasons above.
  public func receive() async throws -> Message? {
    while true {
      if let event = inbox.popFirst() {
        switch event {
        case .message(let message):
          if inbox.isEmpty { channel.readable() }
          return message
        case .end(let reply):
          channel.answerEnd(reply)
          return nil
        }
      }
      if isOver { return nil }
      let waiter = Waiter<Void>()
      waiters.append(waiter)
      do {
        _ = try await waiter.wait()
      } catch {
        waiters.removeAll { $0 === waiter }
        // The peer's leaving cancels the task too, but for this wait it is the end that it waited for.
        guard isOver || !inbox.isEmpty else { throw error }
      }
    }
  }

  /// The messages until the peer has closed or gone, or the server stops. To send besides, on its own time, start a
  /// task with ``spawn(_:)``, and cancel it at the end of the handler.
  public var messages: Messages { Messages(socket: self) }

  /// The text messages among them; binary ones are passed over.
  public var texts: AsyncCompactMapSequence<Messages, String> {
    messages.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  /// Sends a text message; suspends while the peer has too much still to read. What many are to get is better published:
  /// with ``follow(_:after:)`` one that does not read holds up nobody.
  ///
  /// When the server stops, the handler's task is cancelled, but this goes on: the handler may still say good-bye. One
  /// that does nothing but send has to ask for it, by `Task.checkCancellation()`.
  ///
  /// - Throws: `Closed` when the socket is closed, or the peer has gone.
  public func send(_ text: String) async throws {
    if channel.isClosed { throw Closed() }
    channel.send(text)
    try await waitForRoom()
  }

  /// Sends a binary message; see `send(_: String)`.
  public func send(_ bytes: [UInt8]) async throws {
    if channel.isClosed { throw Closed() }
    channel.send(bytes)
    try await waitForRoom()
  }

  /// Sends a message of either kind; see `send(_: String)`.
  public func send(_ message: Message) async throws {
    switch message {
    case .text(let text): try await send(text)
    case .binary(let bytes): try await send(bytes)
    }
  }

  /// Sends the messages of a feed, each as a text, besides what the handler sends; see
  /// ``WebSocketChannel/follow(_:after:)``.
  public func follow<Value>(_ feed: Feed<Value>, after cursor: Int?) {
    channel.follow(feed, after: cursor)
  }

  /// Says that nothing more will be sent. The handler's return does the same with code 1000; only the first call has
  /// an effect.
  ///
  /// - Parameter reason: at most 123 bytes are sent.
  public func close(_ code: CloseCode = .normal, _ reason: String = "") {
    channel.close(code, reason)
  }

  private func wakeAll() {
    let waiting = waiters
    waiters = []
    for waiter in waiting { waiter.wake(()) }
  }

  private func waitForRoom() async throws(Closed) {
    guard channel.connection.isFull else { return }
    do {
      try await channel.connection.waitForRoom()
    } catch {
      throw Closed()
    }
  }
}

extension WebSocket: MessageReceiver {
  /// Runs the handler, and closes the socket when it has finished.
  func run(_ handler: @escaping WebSocketHandler) {
    task = spawn { [self] in
      var code = CloseCode.normal
      do {
        try await handler(self)
      } catch let error {
        // Writing to somebody who has just left is no failure of the handler.
        if !isOver, !(error is Closed), !(error is CancellationError) {
          code = .internalError
          channel.connection.logWebSocket(error)
        }
      }
      task = nil
      isOver = true
      wakeAll()
      // What was not received any more is dropped; a close among it is still to be answered.
      while let event = inbox.popFirst() {
        if case .end(let reply) = event { channel.answerEnd(reply) }
      }
      channel.finish(channel.connection.server.isStopping ? .goingAway : code)
    }
  }

  var isFull: Bool { inbox.isFull }

  func received(_ message: Message, on channel: WebSocketChannel) {
    inbox.append(.message(message))
    wakeAll()
  }

  func ended(_ reply: [UInt8]?, on channel: WebSocketChannel) {
    isOver = true
    // With messages before it, the answer to a close comes when the handler has received those, or returns.
    if inbox.isEmpty { channel.answerEnd(reply) } else { inbox.append(.end(reply)) }
    // A handler that does something else, such as sleep, is not kept from noticing.
    task?.cancel()
    wakeAll()
  }

  func serverStops(_ channel: WebSocketChannel) {
    isOver = true
    task?.cancel()
    wakeAll()
  }
}
