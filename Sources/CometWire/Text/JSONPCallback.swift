/// The name of the function that a JSONP answer calls. The name comes from the request and becomes part of a script, so
/// anything but a plain name, such as `alert(1)//`, would be somebody else's code.
public struct JSONPCallback: Equatable, Sendable {
  /// The longest name that is taken, in characters.
  public static let maxLength = 64

  /// The name as it was given.
  public let name: String

  /// Nil unless the name is identifiers joined by dots, each of letters, digits, `_` and `$`, without a digit in front.
  public init?(_ name: String) {
    guard name.utf8.count <= Self.maxLength else { return nil }
    let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.allSatisfy(Self.isIdentifier) else { return nil }
    self.name = name
  }

  /// The script `name(json);`. The JSON text is made safe for a script, and ASCII: a script that does not say its encoding
  /// is read in that of the page.
  public func call(withJSON json: String) -> [UInt8] {
    let ascii = ScriptEscaping.escape(json: json).utf16.map { unit in
      unit < 0x80 ? String(Unicode.Scalar(UInt8(truncatingIfNeeded: unit))) : JSONString.unicodeEscape(UInt32(unit))
    }
    return Array("\(name)(\(ascii.joined()));".utf8)
  }

  private static func isIdentifier(_ part: Substring.UTF8View) -> Bool {
    guard let first = part.first, !first.isDigit else { return false }
    return part.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "$") }
  }
}
