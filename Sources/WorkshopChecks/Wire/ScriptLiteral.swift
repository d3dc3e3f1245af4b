// Reads the calls that streaming and JSONP send to a page: `name("text")`.

/// A call of a function with one string, taken apart as a browser would.
struct ScriptCall {
  /// What stands before the parenthesis.
  let callee: String
  /// What the string literal stands for; nil when the argument is not one string literal.
  let argument: String?
  /// The argument as it is written.
  let literal: String

  /// Nil when the script is no call at all.
  init?(_ script: String) {
    let text = Self.strip(script)
    guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close,
      text[close...].dropFirst().allSatisfy({ $0 == ";" || $0.isWhitespace })
    else { return nil }
    callee = Self.strip(String(text[..<open]))
    literal = Self.strip(String(text[open..<close].dropFirst()))
    argument = Self.value(of: literal)
  }

  /// Without white space at the ends, and without the comment that some put before a callback.
  private static func strip(_ text: String) -> String {
    var text = text[...]
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    if text.hasPrefix("/**/") { return strip(String(text.dropFirst(4))) }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }

  /// The value of a string literal of JavaScript (ECMA-262 §12.9.4), in quotes of either kind.
  private static func value(of literal: String) -> String? {
    var rest = Array(literal.unicodeScalars)[...]
    guard let quote = rest.popFirst(), quote == "\"" || quote == "'" else { return nil }
    var units: [UInt16] = []
    while let scalar = rest.popFirst() {
      switch scalar {
      case quote: return rest.isEmpty ? String(decoding: units, as: UTF16.self) : nil
      case "\n", "\r": return nil
      case "\\":
        guard let escaped = escape(&rest) else { return nil }
        units += escaped
      default: units += Array(String(scalar).utf16)
      }
    }
    return nil
  }

  /// What follows a backslash.
  private static func escape(_ rest: inout ArraySlice<Unicode.Scalar>) -> [UInt16]? {
    guard let scalar = rest.popFirst() else { return nil }
    switch scalar {
    case "n": return [0x0A]
    case "r": return [0x0D]
    case "t": return [0x09]
    case "b": return [0x08]
    case "f": return [0x0C]
    case "v": return [0x0B]
    case "0": return [0]
    case "x": return digits(2, &rest).map { [UInt16(truncatingIfNeeded: $0)] }
    case "u" where rest.first == "{":
      let inside = rest.dropFirst().prefix { $0 != "}" }
      rest = rest.dropFirst(inside.count + 2)
      let text = String(String.UnicodeScalarView(inside))
      return UInt32(text, radix: 16).flatMap { Unicode.Scalar($0) }.map { Array(String($0).utf16) }
    case "u": return digits(4, &rest).map { [UInt16(truncatingIfNeeded: $0)] }
    case "\n", "\r": return []
    default: return Array(String(scalar).utf16)
    }
  }

  private static func digits(_ count: Int, _ rest: inout ArraySlice<Unicode.Scalar>) -> UInt32? {
    let text = String(String.UnicodeScalarView(rest.prefix(count)))
    rest = rest.dropFirst(count)
    guard text.utf8.count == count, text.allSatisfy(\.isHexDigit) else { return nil }
    return UInt32(text, radix: 16)
  }
}
