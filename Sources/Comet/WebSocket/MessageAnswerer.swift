import CometLoop
import CometWire

/// Answers each message of its sockets on the spot. One for all sockets of a route.
@LoopActor
final class MessageAnswerer: MessageReceiver {
  private let answer: MessageHandler
  private let closed: ClosingHandler

  nonisolated init(_ answer: @escaping MessageHandler, _ closed: @escaping ClosingHandler) {
    self.answer = answer
    self.closed = closed
  }

  var isFull: Bool { false }

  func received(_ message: WebSocket.Message, on channel: WebSocketChannel) {
    // A handler that has closed has said its last word.
    guard !channel.hasClosed else { return }
    do {
      try answer(channel, message)
    } catch {
      channel.close(.internalError)
      channel.connection.logWebSocket(error)
    }
  }

  func ended(_ reply: [UInt8]?, on channel: WebSocketChannel) {
    channel.answerEnd(reply)
    closed(channel)
  }

  func serverStops(_ channel: WebSocketChannel) {
    channel.close(.goingAway)
  }
}
