/// Joins the data frames of a message (RFC 6455 §5.4): `begin` for each frame's header, `append` for each piece of its
/// payload as it arrives, `finish` after the last byte of the final frame.
struct MessageAssembler: Sendable {
  private let limits: WebSocketLimits
  /// Text or binary while a message is open, nil between two messages.
  private var opcode: Opcode?
  private var fragments = 0
  private(set) var payload: [UInt8] = []
  /// One for the whole message: a character may begin in one fragment and end in the next.
  private var validator = UTF8Validator()

  init(limits: WebSocketLimits) {
    self.limits = limits
  }

  var isOpen: Bool { opcode != nil }

  mutating func begin(_ header: FrameHeader) throws(WebSocketFailure) {
    switch (opcode, header.opcode) {
    case (nil, .continuation):
      throw .protocolError("A continuation frame has no message to continue.")
    case (nil, let first):
      opcode = first
    case (_, .continuation):
      break
    default:
      throw .protocolError("A new message must not begin inside a fragmented one.")
    }

    // Refused by the announced length, before a byte of it is kept.
    guard header.payloadLength <= limits.messageBytes - payload.count else {
      throw .messageTooBig("The message has more than \(limits.messageBytes) bytes.")
    }
    guard fragments < max(1, limits.fragments) else {
      throw .messageTooBig("The message has more than \(limits.fragments) fragments.")
    }
    fragments += 1
    // Room for all of a frame, so that no byte moves twice; but not for more than is likely to come, whatever is
    // announced. Only for the first one: an array that is told its exact size again and again is copied again and
    // again.
    if fragments == 1 {
      payload.reserveCapacity(min(header.payloadLength, 1 << 20))
    }
  }

  /// Takes a piece of a frame's payload. `phase` is the number of the frame's bytes that came before it.
  mutating func append(_ piece: ArraySlice<UInt8>, mask: UInt32?, phase: Int) throws(WebSocketFailure) {
    let start = payload.count
    payload.append(contentsOf: piece)
    if let mask {
      payload.applyMask(mask, from: start, phase: phase)
    }
    if opcode == .text {
      // Each piece as it comes: the peer hears of a wrong byte without sending the rest (§8.1).
      try validator.check(payload[start...])
    }
  }

  mutating func finish() throws(WebSocketFailure) -> WebSocketEvent {
    defer { self = MessageAssembler(limits: limits) }
    guard opcode == .text else { return .binary(payload) }
    try validator.checkEnd()
    return .text(String(copying: UTF8Span(unchecked: payload.span)))  // the validator has checked every byte
  }
}

extension UTF8Validator {
  /// Takes a piece of a text.
  mutating func check(_ piece: ArraySlice<UInt8>) throws(WebSocketFailure) {
    guard consume(piece) else { throw .invalidPayload("The text is not UTF-8.") }
  }

  /// The text is over.
  func checkEnd() throws(WebSocketFailure) {
    guard isComplete else { throw .invalidPayload("The text ends inside a character.") }
  }
}
