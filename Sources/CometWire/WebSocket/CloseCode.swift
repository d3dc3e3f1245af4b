/// Why a WebSocket ends (RFC 6455 §7.4 and the registry of IANA). Every number can be held, not every one may be sent.
public struct CloseCode: RawRepresentable, Hashable, Sendable {
  /// The number, as it stands in the first two bytes of a close frame.
  public let rawValue: UInt16

  /// Any number is taken; ask ``mayBeSent`` before it goes into a frame.
  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// True if this number may stand in a close frame, in either direction.
  public var mayBeSent: Bool {
    switch rawValue {
    case 1004, 1005, 1006, 1015: false  // §7.4.1: reserved; the last three are for local use, "no frame said why"
    case 1000...1014: true  // §7.4.1, and 1012 to 1014 of the registry
    case 3000...4999: true  // §7.4.2: libraries (registered) and applications (private)
    default: false  // §7.4.2: below 1000 not used, up to 2999 kept for the protocol, above 4999 undefined
    }
  }
}

extension CloseCode {
  /// 1000: what the connection was for is done.
  public static let normal = CloseCode(rawValue: 1000)
  /// 1001: the server goes down, or the page was left.
  public static let goingAway = CloseCode(rawValue: 1001)
  /// 1002: the peer broke a rule of the protocol.
  public static let protocolError = CloseCode(rawValue: 1002)
  /// 1003: a kind of message that this end does not take, such as binary.
  public static let unsupportedData = CloseCode(rawValue: 1003)
  /// 1005, never sent: the close frame had no code.
  public static let noStatus = CloseCode(rawValue: 1005)
  /// 1006, never sent: the connection ended without a close frame.
  public static let abnormal = CloseCode(rawValue: 1006)
  /// 1007: the bytes are not what the message's kind promises, such as text that is not UTF-8.
  public static let invalidPayload = CloseCode(rawValue: 1007)
  /// 1008: the message breaks a rule of the application.
  public static let policyViolation = CloseCode(rawValue: 1008)
  /// 1009: the message is longer than this end takes.
  public static let messageTooBig = CloseCode(rawValue: 1009)
  /// 1010, from the client: the server declined an extension that the client needs.
  public static let mandatoryExtension = CloseCode(rawValue: 1010)
  /// 1011: something unexpected failed on the server.
  public static let internalError = CloseCode(rawValue: 1011)
  /// 1012: the server restarts; come back after a short random time.
  public static let serviceRestart = CloseCode(rawValue: 1012)
  /// 1013: the server has too much to do; come back later.
  public static let tryAgainLater = CloseCode(rawValue: 1013)
  /// 1014: a gateway got an invalid answer from the server behind it.
  public static let badGateway = CloseCode(rawValue: 1014)
  /// 1015, never sent: the TLS handshake failed.
  public static let tlsFailure = CloseCode(rawValue: 1015)
}
