// The character classes of RFC 9110 §5.5 and §5.6 and RFC 3986, by byte.

extension UInt8 {
  static let tab: UInt8 = 0x09
  static let lf: UInt8 = 0x0A
  static let cr: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let colon = UInt8(ascii: ":")

  var isDigit: Bool { self >= 0x30 && self <= 0x39 }

  var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }

  /// The value of a hexadecimal digit.
  var hexValue: UInt8? {
    if isDigit { return self &- 0x30 }
    let lower = self | 0x20
    return lower >= 0x61 && lower <= 0x66 ? lower &- 0x57 : nil
  }

  var isUppercase: Bool { self >= 0x41 && self <= 0x5A }

  /// ASCII only: names of fields, hosts and codings have no other letters.
  var lowercased: UInt8 { isUppercase ? self | 0x20 : self }

  /// `tchar`, of which tokens such as methods and field names are made (RFC 9110 §5.6.2).
  var isToken: Bool {
    if isLetter || isDigit { return true }
    switch self {
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
      UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      return true
    default:
      return false
    }
  }

  /// What a field value may hold: visible characters, bytes above ASCII, spaces and tabs (RFC 9110 §5.5).
  var isFieldContent: Bool { self >= 0x20 && self != 0x7F || self == .tab }

  /// What a request target may hold. RFC 3986 allows fewer, but browsers send `|` and the like as they are;
  /// `#` begins a fragment, which is never sent (RFC 9112 §3.2).
  var isTarget: Bool { self > 0x20 && self < 0x7F && self != UInt8(ascii: "#") }

  /// What a host name may hold: of `unreserved` and `sub-delims` (RFC 3986 §3.2.2) what may also be in a token.
  var isHostName: Bool {
    isToken && self != UInt8(ascii: "#") && self != UInt8(ascii: "%") && self != UInt8(ascii: "^")
      && self != UInt8(ascii: "`") && self != UInt8(ascii: "|")
  }
}

extension Collection<UInt8> {
  /// Digits only, so no sign and no space; nil also when the number is too large to be held (RFC 9110 §8.6).
  var decimalValue: Int? {
    guard !isEmpty, allSatisfy(\.isDigit) else { return nil }
    let digits = drop { $0 == UInt8(ascii: "0") }
    // 18 digits always fit into 63 bits.
    guard digits.count <= 18 else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
  }
}
