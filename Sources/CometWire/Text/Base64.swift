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

  /// Whether a byte is one of the letters; the padding is none.
  static func isLetter(_ byte: UInt8) -> Bool { alphabet.contains(byte) }
}
