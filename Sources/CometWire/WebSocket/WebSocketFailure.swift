/// The peer broke a rule: send a close frame with this code and reason, then end the connection (RFC 6455 §7.1.7).
public struct WebSocketFailure: Error, Equatable, Sendable {
  /// The code for the close frame; it may always be sent.
  public let code: CloseCode
  /// A short English sentence that fits into the close frame, for the developer at the other end.
  public let reason: String

  static func protocolError(_ reason: String) -> Self { .init(code: .protocolError, reason: reason) }
  static func invalidPayload(_ reason: String) -> Self { .init(code: .invalidPayload, reason: reason) }
  static func messageTooBig(_ reason: String) -> Self { .init(code: .messageTooBig, reason: reason) }
}
