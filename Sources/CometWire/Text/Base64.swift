/// Bytes as text of 64 letters (RFC 4648 §4): 3 bytes are 24 bits, which are 4 letters of 6 bits.
public enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  /// The text, padded with `=` to groups of four letters.
  public static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      // 1 byte fills two letters, 2 bytes three, 3 bytes four: the missing bits are 0.
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      let letters = [18, 12, 6, 0].map { alphabet[bits >> $0 & 0x3F] }
      text += letters.prefix(group.count + 1)
      text += repeatElement(padding, count: 3 - group.count)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes, nil if `encode` could not have given this text: no other letters and no white space (§3.3), padding
  /// where it belongs and only there (§3.2), and no bits set that stand for nothing (§3.5).
  public static func decode(_ text: String) -> [UInt8]? {
    let letters = text.utf8
    guard letters.count % 4 == 0 else { return nil }
    let paddingCount = letters.suffix(2).reversed().prefix { $0 == padding }.count
    var bytes: [UInt8] = []
    var bits = 0
    var bitCount = 0
    for letter in letters.dropLast(paddingCount) {
      guard let value = value(of: letter) else { return nil }
      bits = (bits << 6 | value) & 0xFFFF
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
      }
    }
    let strayBits = bits & (1 << bitCount - 1)
    return strayBits == 0 ? bytes : nil
  }

  /// The 6 bits of a letter; nil for anything else, also for the padding.
  static func value(of letter: UInt8) -> Int? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(letter - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(letter - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(letter - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
