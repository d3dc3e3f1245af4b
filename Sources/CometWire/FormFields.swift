/// The fields of a form or of a URL's query: `application/x-www-form-urlencoded` (WHATWG URL §5.1).
///
/// Every input means something, there are no errors in the text: the standard says what becomes of it. Only the number
/// of fields is bounded.
public struct FormFields: Equatable, Sendable {
  /// A name and its value, decoded. The same name may come several times.
  public struct Field: Equatable, Sendable {
    /// What stood before the first `=`.
    public let name: String
    /// What stood after it; empty if there was no `=`.
    public let value: String
  }

  /// The input has more fields than the limit.
  public struct TooManyFields: Error, Equatable, Sendable {}

  /// The fields that are taken at most, where nothing else is said.
  public static let defaultLimit = 1000

  /// All fields in their order.
  public let fields: [Field]

  /// Decodes a body, or the UTF-8 of a query without its `?`.
  public init(_ encoded: [UInt8], limit: Int = defaultLimit) throws(TooManyFields) {
    var fields: [Field] = []
    var rest = encoded[...]
    while !rest.isEmpty {
      let pair = rest.prefix { $0 != UInt8(ascii: "&") }
      rest = rest[pair.endIndex...].dropFirst()
      guard !pair.isEmpty else { continue }
      guard fields.count < limit else { throw TooManyFields() }
      let name = pair.prefix { $0 != UInt8(ascii: "=") }
      let value = pair[name.endIndex...].dropFirst()
      fields.append(Field(name: Self.decode(name), value: Self.decode(value)))
    }
    self.fields = fields
  }

  /// Decodes the query of a URL, without its `?`.
  public init(query: some StringProtocol, limit: Int = defaultLimit) throws(TooManyFields) {
    try self.init(Array(query.utf8), limit: limit)
  }

  /// The value of the first field with this name.
  public subscript(name: String) -> String? {
    fields.first { $0.name == name }?.value
  }

  /// `+` is a space, `%` and two hexadecimal digits are a byte, and any other `%` is itself. The bytes are UTF-8, with
  /// U+FFFD for what is not.
  private static func decode(_ encoded: ArraySlice<UInt8>) -> String {
    var bytes: [UInt8] = []
    var rest = encoded
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"):
        bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        let digits = rest.prefix(2).compactMap(hexValue)
        if digits.count == 2 {
          bytes.append(digits[0] << 4 | digits[1])
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      default:
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
