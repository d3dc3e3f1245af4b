import Glibc

extension [UInt8] {
  /// The bytes as text; bytes that are not UTF-8 become U+FFFD.
  public var text: String { String(decoding: self, as: UTF8.self) }

  /// The bytes for a human eye: line ends are shown and kept, other bytes that do not print become `\xNN`.
  ///
  /// Of a long text only the head and the tail are shown.
  public var readable: String {
    let shown = 1_500
    guard count > 2 * shown else { return escaped(self[...]) }
    return escaped(prefix(shown)) + "\n… \(count - 2 * shown) bytes left out …\n" + escaped(suffix(shown))
  }

  private func escaped(_ bytes: ArraySlice<UInt8>) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { return bytes.map(Self.escape).joined() }
    return text.unicodeScalars.map { $0.isASCII ? Self.escape(UInt8($0.value)) : String($0) }.joined()
  }

  private static func escape(_ byte: UInt8) -> String {
    switch byte {
    case 0x0A: "\\n\n"
    case 0x0D: "\\r"
    case 0x20...0x7E: String(Unicode.Scalar(byte))
    default: (byte < 0x10 ? "\\x0" : "\\x") + String(byte, radix: 16)
    }
  }
}

/// The system's words for an `errno`.
func systemMessage(_ code: Int32) -> String {
  strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
