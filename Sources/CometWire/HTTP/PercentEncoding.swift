/// Percent-encoding of paths (RFC 3986 §2.1).
public enum PercentEncoding {
  /// The one spelling of a path that is used inside of the server: what is visible ASCII stands for itself, but for
  /// `%`; each other byte is an escape with upper-case letters. Two paths have the same one only when their bytes are the
  /// same.
  public static func encode(_ path: String) -> String {
    var encoded: [UInt8] = []
    for byte in path.utf8 {
      if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "%") {
        encoded.append(byte)
      } else {
        encoded.append(UInt8(ascii: "%"))
        encoded.append(digit(byte >> 4))
        encoded.append(digit(byte & 0xF))
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}
