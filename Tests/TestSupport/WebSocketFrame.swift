/// One frame of a WebSocket (RFC 6455, section 5.2) with full control of every bit, so that a test can also send wrong
/// ones.
public struct WebSocketFrame: Sendable, Equatable {
  /// What a frame carries.
  public enum Opcode {
    /// The next fragment of a message.
    public static let continuation: UInt8 = 0x0
    /// A text message, or its first fragment.
    public static let text: UInt8 = 0x1
    /// A binary message, or its first fragment.
    public static let binary: UInt8 = 0x2
    /// The closing handshake.
    public static let close: UInt8 = 0x8
    /// A question whether the peer is alive.
    public static let ping: UInt8 = 0x9
    /// The answer to a ping.
    public static let pong: UInt8 = 0xA
  }

  /// How the length is written.
  public enum LengthForm: Sendable, Equatable {
    /// As the RFC asks.
    case shortest
    /// In 7 bits (its low bits, when it does not fit).
    case bits7
    /// In 16 bits after 126.
    case bits16
    /// In 64 bits after 127.
    case bits64
  }

  /// Whether this is the last fragment of its message.
  public var fin = true
  /// The three reserved bits as a number from 0 to 7.
  public var rsv: UInt8 = 0
  /// The four bits of the opcode.
  public var opcode: UInt8
  /// The four bytes of the mask; `nil` sends the payload unmasked, which a client must not do.
  public var mask: [UInt8]? = [0x37, 0xFA, 0x21, 0x3D]
  /// The payload before masking.
  public var payload: [UInt8]
  /// How the length is written.
  public var lengthForm = LengthForm.shortest
  /// The length to announce in place of the payload's own: a frame of which only the beginning is sent.
  public var announcedLength: UInt64?

  /// A frame with this payload, right in all else.
  public init(_ opcode: UInt8, _ payload: [UInt8] = []) {
    self.opcode = opcode
    self.payload = payload
  }

  /// A frame with this text, right in all else.
  public init(_ opcode: UInt8, _ text: String) { self.init(opcode, Array(text.utf8)) }

  /// A close frame. Without a code it is empty.
  public static func close(_ code: UInt16? = nil, _ reason: String = "") -> Self {
    Self(Opcode.close, (code.map(bigEndian) ?? []) + Array(reason.utf8))
  }

  /// A copy with some of its properties changed: `.init(1, "a").with { $0.fin = false }`.
  public func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  /// The frame as it goes over the wire.
  public var bytes: [UInt8] {
    let length = announcedLength ?? UInt64(payload.count)
    let maskBit: UInt8 = mask == nil ? 0 : 0x80
    var bytes = [(fin ? 0x80 : 0) | rsv << 4 | opcode]
    switch lengthForm == .shortest ? Self.shortestForm(of: length) : lengthForm {
    case .shortest, .bits7: bytes.append(maskBit | UInt8(length & 0x7F))
    case .bits16: bytes += [maskBit | 126] + bigEndian(UInt16(truncatingIfNeeded: length))
    case .bits64: bytes += [maskBit | 127] + bigEndian(length)
    }
    guard let mask else { return bytes + payload }
    var masked = payload
    for index in masked.indices { masked[index] ^= mask[index % 4] }
    return bytes + mask + masked
  }

  static func shortestForm(of length: UInt64) -> LengthForm {
    length < 126 ? .bits7 : length <= UInt16.max ? .bits16 : .bits64
  }
}

/// The bytes of a number, the most significant one first.
private func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.bigEndian) { Array($0) }
}
