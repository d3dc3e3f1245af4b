import CometWire
import Testing

/// Which part of a file a Range field asks for (RFC 9110 §14).
@Suite struct ByteRangeTests {
  @Test(
    arguments: [
      ("bytes=0-0", 10, .part(0..<1)), ("bytes=0-4", 10, .part(0..<5)), ("bytes=5-", 10, .part(5..<10)),
      ("bytes=-3", 10, .part(7..<10)), ("bytes=0-9", 10, .part(0..<10)), ("bytes=0-10", 10, .part(0..<10)),
      ("bytes=0-", 10, .part(0..<10)), ("bytes=9-9", 10, .part(9..<10)), ("bytes=-10", 10, .part(0..<10)),
      ("bytes=-99", 10, .part(0..<10)), ("Bytes=1-2", 10, .part(1..<3)),
      ("bytes=0-999999999999999999", 10, .part(0..<10)),
      ("bytes=10-", 10, .unsatisfiable), ("bytes=10-11", 10, .unsatisfiable), ("bytes=-0", 10, .unsatisfiable),
      ("bytes=0-", 0, .unsatisfiable), ("bytes=-1", 0, .unsatisfiable), ("bytes=0-0", 0, .unsatisfiable),
      // Malformed, another unit, or several ranges: the field is ignored.
      ("", 10, .whole), ("bytes", 10, .whole), ("bytes=", 10, .whole), ("bytes=-", 10, .whole),
      ("bytes=5", 10, .whole),
      ("bytes=4-2", 10, .whole), ("bytes=a-b", 10, .whole), ("bytes=1-b", 10, .whole), ("bytes=a-1", 10, .whole),
      ("bytes=+1-2", 10, .whole), ("bytes=--2", 10, .whole), ("bytes=1--2", 10, .whole), ("bytes=1-2-3", 10, .whole),
      ("bytes=0-1,3-4", 10, .whole), ("bytes=0x0-1", 10, .whole), ("lines=0-1", 10, .whole),
      ("bytes 0-1", 10, .whole), ("bytes=٠-١", 10, .whole),
      ("bytes=1-99999999999999999999", 10, .whole), ("bytes=-18446744073709551617", 10, .whole),
    ] as [(String, Int, ByteRange)])
  func reads(field: String, size: Int, range: ByteRange) {
    #expect(ByteRange(field, size: size) == range)
  }
}
