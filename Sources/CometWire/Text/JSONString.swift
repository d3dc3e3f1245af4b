/// Writes string literals of JSON (RFC 8259 §7).
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
