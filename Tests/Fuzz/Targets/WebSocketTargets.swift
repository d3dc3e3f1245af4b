// What comes after the handshake.

import Foundation

extension FuzzTarget {
  /// Small, so that short inputs reach them.
  private static let limits = WebSocketLimits(messageBytes: 300, fragments: 4)

  /// The frames of a connection, from a client and, without masks, from a server.
  static let frames = FuzzTarget("frames") { input throws(BrokenProperty) in
    var events = 0
    var failures = 0
    for requiresMask in [true, false] {
      let whole = ReadFrames([input], limits: limits, requiresMask: requiresMask)
      let pieces = ReadFrames(Pieces(input), limits: limits, requiresMask: requiresMask)
      try require(whole == pieces, "pieces are read as the whole is: \(pieces) for \(whole)")
      try require(max(whole.held, pieces.held) <= 2 * (input.count + limits.messageBytes) + 64, "memory is bounded")
      try require(whole.failure?.code.mayBeSent ?? true, "the failure's code may be sent")
      try require(whole.failure?.reason.utf8.count ?? 0 <= 123, "the failure's reason fits into a close frame")
      events += whole.events.count
      failures += whole.failure == nil ? 0 : 1

      var size = 0
      var written: [UInt8] = []
      for event in whole.events {
        size += event.payload.count
        try require(event.payload.count <= limits.messageBytes, "a message keeps to its limit")
        try require(event.isValid, "\(event) may be sent")
        let mask: UInt32? = requiresMask ? 0x37FA_213D : nil
        FrameEncoder.append(event.opcode, event.payload, mask: mask, to: &written)
      }
      try require(size <= input.count, "messages are made of the input")
      let again = ReadFrames(Pieces(written), limits: limits, requiresMask: requiresMask)
      try require(again.events == whole.events && again.failure == nil, "\(whole.events) are read again as themselves")
    }
    return events > 0 && failures < 2
  }

  /// Text while it arrives, against the standard library.
  static let utf8 = FuzzTarget("utf8") { input throws(BrokenProperty) in
    let isValid = String(validating: input, as: UTF8.self) != nil
    var whole = UTF8Validator()
    let takesWhole = whole.consume(input) && whole.isComplete
    try require(takesWhole == isValid, "the whole is taken if it is UTF-8")
    var pieces = UTF8Validator()
    let takesPieces = Pieces(input).allSatisfy { pieces.consume($0) } && pieces.isComplete
    try require(takesPieces == isValid, "pieces are taken if they are UTF-8")
    return isValid
  }

  /// The text form of bytes, as in the handshake's key.
  static let base64 = FuzzTarget("base64") { input throws(BrokenProperty) in
    let encoded = Base64.encode(input)
    try require(Data(base64Encoded: encoded) == Data(input), "what was encoded comes back")
    try require((WebSocketKey(encoded) != nil) == (input.count == 16), "16 bytes are a key")
    let isKey = WebSocketKey(String(decoding: input, as: UTF8.self)) != nil
    try require(!isKey || input.count == 24, "a key has 24 letters")
    return isKey
  }
}

private struct ReadFrames: Equatable {
  var events: [WebSocketEvent] = []
  var failure: WebSocketFailure?
  /// The most that the decoder held when it waited for more.
  var held = 0

  init(_ pieces: some Sequence<[UInt8]>, limits: WebSocketLimits, requiresMask: Bool) {
    var decoder = WebSocketDecoder(limits: limits, requiresMask: requiresMask)
    do throws(WebSocketFailure) {
      for piece in pieces {
        decoder.append(piece.map(\.self))  // without the room that the piece may have
        while let event = try decoder.next() { events.append(event) }
        held = max(held, decoder.heldCapacity)
      }
    } catch {
      failure = error
    }
  }

  static func == (one: ReadFrames, other: ReadFrames) -> Bool {
    one.events == other.events && one.failure == other.failure
  }
}

extension WebSocketEvent {
  fileprivate var opcode: Opcode {
    switch self {
    case .text: .text
    case .binary: .binary
    case .ping: .ping
    case .pong: .pong
    case .close: .close
    }
  }

  fileprivate var payload: [UInt8] {
    switch self {
    case .text(let text): Array(text.utf8)
    case .binary(let bytes), .ping(let bytes), .pong(let bytes): bytes
    case .close(let code, let reason): FrameEncoder.closePayload(code, reason)
    }
  }

  fileprivate var isValid: Bool {
    switch self {
    case .text(let text): String(validating: text.utf8, as: UTF8.self) == text
    case .binary: true
    case .ping(let bytes), .pong(let bytes): bytes.count <= FrameEncoder.maxControlPayload
    case .close(let code, _): code?.mayBeSent ?? true
    }
  }
}
