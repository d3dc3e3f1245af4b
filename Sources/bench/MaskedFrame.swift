/// A message as a client sends it: one frame, masked (RFC 6455 §5.3).
enum MaskedFrame {
  /// The frame of a text message with this many letters.
  static func text(length: Int) -> [UInt8] {
    // A mask must not be foreseeable where a stranger chooses the message; here one is as good as another.
    let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
    var frame: [UInt8] = [0x81]
    switch length {
    case ..<126: frame.append(0x80 | UInt8(length))
    case ..<65_536: frame += [0x80 | 126, UInt8(length >> 8), UInt8(length & 0xFF)]
    default: frame += [0x80 | 127] + (0..<8).reversed().map { UInt8(length >> ($0 * 8) & 0xFF) }
    }
    frame += mask
    for index in 0..<length { frame.append((UInt8(ascii: "a") + UInt8(index % 26)) ^ mask[index % 4]) }
    return frame
  }
}
