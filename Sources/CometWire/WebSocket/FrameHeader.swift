/// The 2 to 14 bytes before the payload of a WebSocket frame (RFC 6455 §5.2):
///
///     bit  0    FIN       the last frame of its message
///          1-3  RSV       must be 0 where no extension was agreed
///          4-7  opcode
///          8    MASK      a masking key follows
///          9-15 length    up to 125; 126: it is in the next 2 bytes; 127: in the next 8 bytes
///     then 0, 2 or 8 bytes of length, and 0 or 4 bytes of masking key
public struct FrameHeader: Equatable, Sendable {
  /// The size of the longest header.
  public static let maxSize = 14

  /// True in the last frame of a message, which is mostly its only one.
  public var isFinal: Bool
  /// What the payload is.
  public var opcode: Opcode
  /// The masking key, its first byte the most significant one. A client's frames have one, a server's have none (§5.1).
  public var mask: UInt32?
  /// The number of bytes that follow the header.
  public var payloadLength: Int

  /// A header as given; whether it is one that may be sent is the caller's matter.
  public init(isFinal: Bool = true, opcode: Opcode, mask: UInt32? = nil, payloadLength: Int) {
    self.isFinal = isFinal
    self.opcode = opcode
    self.mask = mask
    self.payloadLength = payloadLength
  }
}

// MARK: Bytes to header

extension FrameHeader {
  /// What the bytes at hand amount to.
  public enum Step: Equatable, Sendable {
    /// The header may become a valid one, when there are more bytes.
    case needsMoreBytes
    /// A header, and the number of bytes that it took.
    case header(FrameHeader, size: Int)
  }

  /// Reads the header at the start of `bytes`. A wrong bit is thrown as soon as its byte is there.
  public static func parse(_ bytes: Span<UInt8>) throws(WebSocketFailure) -> Step {
    guard bytes.count >= 1 else { return .needsMoreBytes }
    let isFinal = bytes[0] & 0x80 != 0
    guard bytes[0] & 0x70 == 0 else {
      throw .protocolError("A reserved bit is set, but no extension was agreed.")
    }
    guard let opcode = Opcode(rawValue: bytes[0] & 0x0F) else {
      throw .protocolError("The opcode is a reserved one.")
    }
    guard isFinal || !opcode.isControl else {  // §5.5
      throw .protocolError("A control frame must not be fragmented.")
    }

    guard bytes.count >= 2 else { return .needsMoreBytes }
    let isMasked = bytes[1] & 0x80 != 0
    let shortLength = bytes[1] & 0x7F
    guard shortLength <= 125 || !opcode.isControl else {  // §5.5
      throw .protocolError("A control frame has at most 125 bytes.")
    }

    let lengthBytes = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0
    let size = 2 + lengthBytes + (isMasked ? 4 : 0)
    guard bytes.count >= 2 + lengthBytes else { return .needsMoreBytes }
    let length = lengthBytes == 0 ? UInt64(shortLength) : bigEndian(bytes.extracting(2..<2 + lengthBytes))
    guard length <= Int64.max else {
      throw .protocolError("The highest bit of a length must be 0.")
    }
    guard lengthBytes == 0 || length > (lengthBytes == 2 ? 125 : 65535) else {
      throw .protocolError("A length must have its shortest form.")
    }

    guard bytes.count >= size else { return .needsMoreBytes }
    let mask = isMasked ? UInt32(truncatingIfNeeded: bigEndian(bytes.extracting(size - 4..<size))) : nil
    return .header(
      FrameHeader(isFinal: isFinal, opcode: opcode, mask: mask, payloadLength: Int(length)), size: size)
  }

  private static func bigEndian(_ bytes: Span<UInt8>) -> UInt64 {
    var value: UInt64 = 0
    for index in bytes.indices {
      value = value << 8 | UInt64(bytes[index])
    }
    return value
  }
}

// MARK: Header to bytes

extension FrameHeader {
  /// Adds the header in its shortest form to `bytes`.
  public func append(to bytes: inout [UInt8]) {
    let maskBit: UInt8 = mask == nil ? 0 : 0x80
    bytes.append((isFinal ? 0x80 : 0) | opcode.rawValue)
    switch payloadLength {
    case ...125:
      bytes.append(maskBit | UInt8(clamping: payloadLength))
    case ...65535:
      bytes.append(maskBit | 126)
      Self.append(UInt64(payloadLength), byteCount: 2, to: &bytes)
    default:
      bytes.append(maskBit | 127)
      Self.append(UInt64(payloadLength), byteCount: 8, to: &bytes)
    }
    if let mask {
      Self.append(UInt64(mask), byteCount: 4, to: &bytes)
    }
  }

  private static func append(_ value: UInt64, byteCount: Int, to bytes: inout [UInt8]) {
    for shift in stride(from: 8 * (byteCount - 1), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
