/// Writes string literals of JSON, and reads them (RFC 8259 §7).
public enum JSONString {
  /// The text in double quotes, as a JSON value. For a place inside a script, pass the whole JSON text through
  /// ``ScriptEscaping/escape(json:)`` afterwards.
  public static func encode(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
      literal += escaped(scalar, quote: "\"")
    }
    return literal + "\""
  }

  /// The text of a literal; nil for anything else, such as a number.
  public static func decode(_ literal: ArraySlice<UInt8>) -> String? {
    guard literal.count >= 2, literal.first == UInt8(ascii: "\""), literal.last == UInt8(ascii: "\"") else {
      return nil
    }
    var units: [UInt16] = []
    var rest = literal.dropFirst().dropLast()
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        let run = [byte] + rest.prefix { $0 != UInt8(ascii: "\\") }
        rest = rest.dropFirst(run.count - 1)
        units += String(decoding: run, as: UTF8.self).utf16
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "b"): units.append(0x08)
      case UInt8(ascii: "f"): units.append(0x0C)
      case UInt8(ascii: "n"): units.append(0x0A)
      case UInt8(ascii: "r"): units.append(0x0D)
      case UInt8(ascii: "t"): units.append(0x09)
      case UInt8(ascii: "u"):
        let digits = rest.prefix(4).compactMap(\.hexValue)
        guard digits.count == 4 else { return nil }
        units.append(digits.reduce(0) { $0 << 4 | UInt16($1) })
        rest = rest.dropFirst(4)
      case let byte?: units.append(UInt16(byte))
      case nil: return nil
      }
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// One character of a literal: what §7 says must be escaped is, and everything else stands for itself.
  static func escaped(_ scalar: Unicode.Scalar, quote: Unicode.Scalar) -> String {
    switch scalar {
    case quote, "\\": "\\\(scalar)"
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    case "\0"..<" ": unicodeEscape(scalar)
    default: String(scalar)
    }
  }

  /// `\u` and four hexadecimal digits; the characters that we write so all have a number that fits.
  static func unicodeEscape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
