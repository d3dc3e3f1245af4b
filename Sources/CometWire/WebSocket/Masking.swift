extension [UInt8] {
  /// Masks the bytes from `start` on, or unmasks them; see ``applyMask(_:in:phase:)``.
  mutating func applyMask(_ key: UInt32, from start: Int, phase: Int = 0) {
    applyMask(key, in: start..<count, phase: phase)
  }

  /// Masks bytes, or unmasks them: the same XOR does both (RFC 6455 §5.3).
  ///
  /// The key's first byte is its most significant one. `phase` counts the bytes of the same payload that came before
  /// the range, so that a payload can be done in pieces.
  mutating func applyMask(_ key: UInt32, in range: Range<Int>, phase: Int = 0) {
    guard indices.contains(range.lowerBound), range.upperBound <= count else { return }
    // Turned so that the first byte of the range meets the first byte of the key.
    let turn = 8 * (phase % 4)
    let key = key << turn | key >> (32 - turn)
    let eightBytes = (UInt64(key) << 32 | UInt64(key)).bigEndian

    var index = range.lowerBound
    var span = mutableSpan
    var words = span.mutableBytes
    while index <= range.upperBound - 8 {
      let word = words.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      words.storeBytes(of: word ^ eightBytes, toByteOffset: index, as: UInt64.self)
      index += 8
    }
    while index < range.upperBound {
      let keyByte = UInt8(truncatingIfNeeded: key >> (24 - 8 * ((index - range.lowerBound) % 4)))
      let byte = words.unsafeLoad(fromByteOffset: index, as: UInt8.self)
      words.storeBytes(of: byte ^ keyByte, toByteOffset: index, as: UInt8.self)
      index += 1
    }
  }
}
