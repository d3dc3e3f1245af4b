/// The hash function that names inline scripts in a Content-Security-Policy (FIPS 180-4 §6.2).
public enum SHA256 {
  /// The 32 bytes of the hash.
  public static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var hash = initialHash

    for block in HashBlocks.blocks(of: bytes) {
      // The numbers are the steps of §6.2.2, the functions those of §4.1.2.
      // 1: the message schedule, 64 words from the block's 16.
      var schedule = block
      for t in 16..<64 {
        let (w2, w15) = (schedule[t - 2], schedule[t - 15])
        let sigma0 = w15.rotatedRight(7) ^ w15.rotatedRight(18) ^ w15 >> 3
        let sigma1 = w2.rotatedRight(17) ^ w2.rotatedRight(19) ^ w2 >> 10
        schedule.append(sigma1 &+ schedule[t - 7] &+ sigma0 &+ schedule[t - 16])
      }

      // 2 and 3: the working variables a to h go through 64 rounds.
      var (a, b, c, d) = (hash[0], hash[1], hash[2], hash[3])
      var (e, f, g, h) = (hash[4], hash[5], hash[6], hash[7])
      for t in 0..<64 {
        let sum1 = e.rotatedRight(6) ^ e.rotatedRight(11) ^ e.rotatedRight(25)
        let choice = e & f ^ ~e & g
        let t1 = h &+ sum1 &+ choice &+ constants[t] &+ schedule[t]
        let sum0 = a.rotatedRight(2) ^ a.rotatedRight(13) ^ a.rotatedRight(22)
        let majority = a & b ^ a & c ^ b & c
        (a, b, c, d, e, f, g, h) = (t1 &+ sum0 &+ majority, a, b, c, d &+ t1, e, f, g)
      }

      // 4: the hash so far, plus this block.
      hash = zip(hash, [a, b, c, d, e, f, g, h]).map { $0 &+ $1 }
    }
    return HashBlocks.bytes(of: hash)
  }

  /// §5.3.3: from the square roots of the first 8 primes.
  private static let initialHash: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
  ]

  /// §4.2.2: from the cube roots of the first 64 primes.
  private static let constants: [UInt32] = [
    0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
    0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
    0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
    0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
    0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
    0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
    0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
    0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
  ]
}
