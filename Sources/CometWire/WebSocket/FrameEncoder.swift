/// Turns messages and control frames into the bytes of WebSocket frames (RFC 6455 §5.2).
public enum FrameEncoder {
  /// The longest payload of a control frame (§5.5).
  public static let maxControlPayload = 125

  /// Adds one frame to `bytes`.
  ///
  /// A client passes a random `mask` of its own for each frame, a server passes none (§5.3). A control frame is always
  /// final and keeps the first 125 bytes of its payload, since any other one would end the connection.
  public static func append(
    _ opcode: Opcode, _ payload: [UInt8], final: Bool = true, mask: UInt32? = nil, to bytes: inout [UInt8]
  ) {
    if opcode.isControl {
      append(opcode, payload.span.extracting(first: maxControlPayload), isFinal: true, mask: mask, to: &bytes)
    } else {
      append(opcode, payload.span, isFinal: final, mask: mask, to: &bytes)
    }
  }

  /// A text message in one frame, as a server sends it.
  public static func text(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    append(text: text, to: &bytes)
    return bytes
  }

  /// Adds a text message in one frame, as a server sends it.
  public static func append(text: String, to bytes: inout [UInt8]) {
    append(.text, text.utf8.span, isFinal: true, mask: nil, to: &bytes)
  }

  /// A close frame, as a server sends it. Without a code, or with one that may not be sent, it is empty (§5.5.1); a
  /// reason that does not fit is cut at a character.
  public static func close(_ code: CloseCode?, _ reason: String = "") -> [UInt8] {
    var bytes: [UInt8] = []
    append(.close, closePayload(code, reason), to: &bytes)
    return bytes
  }

  /// The payload of ``close(_:_:)``, for a client, which has to mask it.
  public static func closePayload(_ code: CloseCode?, _ reason: String = "") -> [UInt8] {
    guard let code, code.mayBeSent else { return [] }
    var payload = [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xFF)]
    for character in reason {
      guard payload.count + character.utf8.count <= maxControlPayload else { break }
      payload.append(contentsOf: character.utf8)
    }
    return payload
  }

  private static func append(
    _ opcode: Opcode, _ payload: Span<UInt8>, isFinal: Bool, mask: UInt32?, to bytes: inout [UInt8]
  ) {
    let header = FrameHeader(isFinal: isFinal, opcode: opcode, mask: mask, payloadLength: payload.count)
    if bytes.isEmpty {
      bytes.reserveCapacity(FrameHeader.maxSize + header.payloadLength)
    }
    header.append(to: &bytes)
    let start = bytes.count
    payload.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    if let mask {
      bytes.applyMask(mask, from: start)
    }
  }
}
