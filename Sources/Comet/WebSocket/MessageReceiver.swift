import CometLoop

/// Gets the messages of a channel.
@LoopActor
protocol MessageReceiver: AnyObject {
  /// Whether the channel has to wait with further messages.
  var isFull: Bool { get }
  func received(_ message: WebSocket.Message, on channel: WebSocketChannel)
  /// Nothing more comes. To be followed by ``WebSocketChannel/answerEnd(_:)``.
  func ended(_ reply: [UInt8]?, on channel: WebSocketChannel)
  /// To be followed by a close with 1001.
  func serverStops(_ channel: WebSocketChannel)
}
