import CometLoop
import CometWire

/// Answers each message of its sockets on the spot. One for all sockets of a route.
@LoopActor
final class MessageHandler: MessageReceiver {
  typealias Answer = @LoopActor @Sendable (WebSocketChannel, WebSocket.Message) throws -> Void

  private let answer: Answer

  nonisolated init(_ answer: @escaping Answer) {
    self.answer = answer
  }

  var isFull: Bool { false }

  func received(_ message: WebSocket.Message, on channel: WebSocketChannel) {
    do {
      try answer(channel, message)
    } catch {
      failed(error, on: channel)
    }
  }

  func failed(_ error: any Error, on channel: WebSocketChannel) {
    channel.close(.internalError)
    channel.connection.logWebSocket(error)
  }

  func ended(_ reply: [UInt8]?, on channel: WebSocketChannel) {
    channel.answerEnd(reply)
  }

  func serverStops(_ channel: WebSocketChannel) {
    channel.close(.goingAway)
  }
}
