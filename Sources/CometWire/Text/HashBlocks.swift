/// What SHA-1 and SHA-256 have in common: they read a message as blocks of 16 words of 32 bits, and give words back,
/// the most significant byte first (FIPS 180-4 §3.1).
enum HashBlocks {
  /// The words of each block of the message, which is padded to whole blocks.
  static func blocks(of message: [UInt8]) -> [[UInt32]] {
    let words = words(of: padded(message))
    return stride(from: 0, to: words.count, by: 16).map { Array(words[$0..<$0 + 16]) }
  }

  /// §5.1.1: a 1 bit, then 0 bits, then the message's length in bits as the last 8 bytes of a block.
  private static func padded(_ message: [UInt8]) -> [UInt8] {
    var padded = message + [0x80]
    while padded.count % 64 != 56 {
      padded.append(0)
    }
    let bitCount = UInt64(message.count) * 8
    return padded + bytes(of: [UInt32(truncatingIfNeeded: bitCount >> 32), UInt32(truncatingIfNeeded: bitCount)])
  }

  private static func words(of bytes: [UInt8]) -> [UInt32] {
    stride(from: 0, to: bytes.count, by: 4).map { index in
      bytes[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
  }

  /// The bytes of a hash value.
  static func bytes(of words: [UInt32]) -> [UInt8] {
    words.flatMap { word in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
    }
  }
}

extension UInt32 {
  /// ROTL of FIPS 180-4 §2.2.2.
  func rotatedLeft(_ count: UInt32) -> UInt32 { self << count | self >> (32 - count) }

  /// ROTR of FIPS 180-4 §2.2.2.
  func rotatedRight(_ count: UInt32) -> UInt32 { self >> count | self << (32 - count) }
}
