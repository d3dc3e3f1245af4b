/// The hash function that the WebSocket handshake uses (FIPS 180-4 §6.1). It is broken where somebody gains by a
/// collision; the handshake only proves that the server read the key, so nobody does.
public enum SHA1 {
  /// The 20 bytes of the hash.
  public static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var hash: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]  // §5.3.1

    for block in HashBlocks.blocks(of: bytes) {
      // The numbers are the steps of §6.1.2.
      // 1: the message schedule, 80 words from the block's 16.
      var schedule = block
      for t in 16..<80 {
        schedule.append(
          (schedule[t - 3] ^ schedule[t - 8] ^ schedule[t - 14] ^ schedule[t - 16]).rotatedLeft(1))
      }

      // 2 and 3: the working variables go through 80 rounds.
      var (a, b, c, d, e) = (hash[0], hash[1], hash[2], hash[3], hash[4])
      for t in 0..<80 {
        let (mixed, constant) = round(t, b, c, d)
        let next = a.rotatedLeft(5) &+ mixed &+ e &+ constant &+ schedule[t]
        (a, b, c, d, e) = (next, a, b.rotatedLeft(30), c, d)
      }

      // 4: the hash so far, plus this block.
      hash = zip(hash, [a, b, c, d, e]).map { $0 &+ $1 }
    }
    return HashBlocks.bytes(of: hash)
  }

  /// The function (§4.1.1) and the constant (§4.2.1) of round `t`.
  private static func round(_ t: Int, _ x: UInt32, _ y: UInt32, _ z: UInt32) -> (mixed: UInt32, constant: UInt32) {
    switch t {
    case 0..<20: (x & y ^ ~x & z, 0x5A82_7999)
    case 20..<40: (x ^ y ^ z, 0x6ED9_EBA1)
    case 40..<60: (x & y ^ x & z ^ y & z, 0x8F1B_BCDC)
    default: (x ^ y ^ z, 0xCA62_C1D6)
    }
  }
}
