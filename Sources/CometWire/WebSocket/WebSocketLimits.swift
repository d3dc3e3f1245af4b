/// What a WebSocket accepts from its peer at most.
public struct WebSocketLimits: Sendable {
  /// The payload of a message, all its pieces together. A frame that would exceed it is refused by its header.
  public var messageBytes: Int
  /// The frames of one message: a million empty ones would stay below any limit of bytes.
  public var fragments: Int

  /// The defaults, where nothing else is said.
  public init(messageBytes: Int = 1 << 20, fragments: Int = 1024) {
    self.messageBytes = messageBytes
    self.fragments = fragments
  }
}
