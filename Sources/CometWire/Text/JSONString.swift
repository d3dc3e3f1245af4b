/// Writes string literals of JSON, and reads them (RFC 8259 §7).
public enum JSONString {
  /// The text in double quotes, as a JSON value. For a place inside a script, pass the whole JSON text through
  /// ``ScriptEscaping/escape(json:)`` afterwards.
  public static func encode(_ text: String) -> String {
    let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
    var literal = [quote]
    literal.reserveCapacity(text.utf8.count + 2)
    // By bytes: what must be escaped is ASCII, whose bytes occur in no other character.
    for byte in text.utf8 {
      if byte < 0x20 {
        appendControl(byte, to: &literal)
      } else {
        if byte == quote || byte == backslash { literal.append(backslash) }
        literal.append(byte)
      }
    }
    literal.append(quote)
    return String(decoding: literal, as: UTF8.self)
  }

  private static func appendControl(_ byte: UInt8, to literal: inout [UInt8]) {
    literal.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x09: literal.append(UInt8(ascii: "t"))
    case 0x0A: literal.append(UInt8(ascii: "n"))
    case 0x0D: literal.append(UInt8(ascii: "r"))
    default:
      let low = byte & 0xF
      literal.append(UInt8(ascii: "u"))
      literal.append(UInt8(ascii: "0"))
      literal.append(UInt8(ascii: "0"))
      literal.append(UInt8(ascii: "0") | byte >> 4)
      literal.append(low < 10 ? 0x30 | low : 0x37 &+ low)
    }
  }

  /// The text of a literal that a ``JSONText`` has found to be JSON; nil for any other value, such as a number.
  public static func decode(_ literal: ArraySlice<UInt8>) -> String? {
    guard literal.count >= 2, literal.first == UInt8(ascii: "\""), literal.last == UInt8(ascii: "\"") else {
      return nil
    }
    var text: [UInt8] = []
    text.reserveCapacity(literal.count)
    var rest = literal.dropFirst().dropLast()
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "u"):
        guard let scalar = scalar(&rest) else { return nil }
        text += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
      case let byte?: text.append(byte)
      case nil: return nil
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// What comes after `\u`: four hexadecimal digits, or two times four for a surrogate pair. Half a pair is U+FFFD.
  private static func scalar(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
    guard let unit = codeUnit(&rest) else { return nil }
    if UTF16.isLeadSurrogate(unit), rest.starts(with: "\\u".utf8) {
      var next = rest.dropFirst(2)
      if let trail = codeUnit(&next), UTF16.isTrailSurrogate(trail) {
        rest = next
        return Unicode.Scalar(0x1_0000 + (UInt32(unit) & 0x3FF) << 10 + UInt32(trail) & 0x3FF)
      }
    }
    return Unicode.Scalar(unit) ?? "\u{FFFD}"
  }

  private static func codeUnit(_ rest: inout ArraySlice<UInt8>) -> UInt16? {
    var unit: UInt16 = 0
    for _ in 1...4 {
      guard let value = rest.popFirst()?.hexValue else { return nil }
      unit = unit << 4 | UInt16(value)
    }
    return unit
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
  static func unicodeEscape(_ scalar: Unicode.Scalar) -> String { unicodeEscape(scalar.value) }

  /// The same for a code unit of UTF-16.
  static func unicodeEscape(_ unit: UInt32) -> String {
    let digits = String(unit, radix: 16, uppercase: true)
    return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
