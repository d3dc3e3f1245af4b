/// What a WebSocket frame carries (RFC 6455 §5.2). The values that are missing here are reserved: a frame that has one
/// of them is an error.
public enum Opcode: UInt8, Sendable {
  /// A further piece of a message whose first frame said what it is.
  case continuation = 0x0
  /// A message in UTF-8, or its first piece.
  case text = 0x1
  /// A message of any bytes, or its first piece.
  case binary = 0x2
  /// The sender sends nothing after this frame.
  case close = 0x8
  /// Asks for a pong with the same payload.
  case ping = 0x9
  /// Answers a ping.
  case pong = 0xA

  /// Control frames may stand between the pieces of a message, so they are short and never in pieces themselves (§5.5).
  public var isControl: Bool { rawValue & 0x8 != 0 }
}
