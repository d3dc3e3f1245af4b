/// What a peer said: a message, however many frames it came in, or a control frame.
public enum WebSocketEvent: Equatable, Sendable {
  /// A message in UTF-8.
  case text(String)
  /// A message of any bytes.
  case binary([UInt8])
  /// Must be answered by a pong with the same payload (RFC 6455 §5.5.2).
  case ping([UInt8])
  /// The answer to a ping, or a sign of life that nobody asked for (§5.5.3).
  case pong([UInt8])
  /// The last event. Its code may be sent back as it is; nil: the frame was empty, which also has no reason.
  case close(CloseCode?, String)
}

extension WebSocketEvent {
  /// The event of a whole control frame, nil for the opcode of a data frame.
  init?(control opcode: Opcode, payload: [UInt8]) throws(WebSocketFailure) {
    switch opcode {
    case .continuation, .text, .binary: return nil
    case .ping: self = .ping(payload)
    case .pong: self = .pong(payload)
    case .close: self = try Self.close(payload)
    }
  }

  /// §5.5.1: nothing, or a code of two bytes and a reason in UTF-8.
  private static func close(_ payload: [UInt8]) throws(WebSocketFailure) -> WebSocketEvent {
    guard let high = payload.first else { return .close(nil, "") }
    guard let low = payload.dropFirst().first else {
      throw .protocolError("A close frame has no payload or at least two bytes.")
    }
    let code = CloseCode(rawValue: UInt16(high) << 8 | UInt16(low))
    guard code.mayBeSent else {
      throw .protocolError("The close code \(code.rawValue) must not be sent.")
    }
    guard let reason = String(validating: payload.dropFirst(2), as: UTF8.self) else {
      throw .invalidPayload("The reason in a close frame is not UTF-8.")
    }
    return .close(code, reason)
  }
}
