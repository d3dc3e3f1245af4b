/// Percent-encoding of paths (RFC 3986 §2.1).
public enum PercentEncoding {
  /// The one spelling of a path that is used inside of the server: what is visible ASCII stands for itself, but for
  /// `%`; each other byte is an escape with large letters. Two paths have the same one only when their bytes are the
  /// same.
  public static func encode(_ path: String) -> String {
    var encoded: [UInt8] = []
    for byte in path.utf8 {
      if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "%") {
        encoded.append(byte)
      } else {
        let digits = Array(String(byte, radix: 16, uppercase: true).utf8)
        encoded += [UInt8(ascii: "%")] + (digits.count == 1 ? [UInt8(ascii: "0")] : []) + digits
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}
