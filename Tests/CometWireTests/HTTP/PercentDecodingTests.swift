import CometWire
import Testing

@Suite struct PercentDecodingTests {
  @Test(
    arguments: [
      ("", ""), ("abc", "abc"), ("a%20b", "a b"), ("%41%6a%6A", "Ajj"), ("%2F", "/"), ("%2e%2e", ".."), ("%00", "\0"),
      ("%E6%8E%A5", "接"), ("é", "é"), ("+", "+"), ("%25", "%"), ("%252e", "%2e"), ("%%", nil), ("%", nil),
      ("a%", nil),
      ("%4", nil), ("%4g", nil), ("%g4", nil), ("% 4", nil), ("%+4", nil), ("%-1", nil), ("%u0041", nil),
      ("%FF", nil),
      ("%C3", nil), ("%C0%AE", nil), ("%E0%80%AF", nil), ("%ED%A0%80", nil), ("%F4%90%80%80", nil), ("%４１", nil),
    ] as [(String, String?)])
  func undoesTheEncodingOnce(text: String, decoded: String?) {
    #expect(PercentDecoding.decode(text[...]) == decoded)
  }

  @Test func everyByteHasItsEscape() {
    for byte in UInt8(0)...127 {
      let digits = String(byte, radix: 16)
      let escape = "%" + (byte < 16 ? "0" : "") + digits
      #expect(PercentDecoding.decode(escape[...]) == String(decoding: [byte], as: UTF8.self))
      #expect(PercentDecoding.decode(escape.uppercased()[...]) == String(decoding: [byte], as: UTF8.self))
    }
  }
}
