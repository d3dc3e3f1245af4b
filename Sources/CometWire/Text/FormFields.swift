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

  /// The fields that are taken at most, where nothing else is said.
  public static let defaultLimit = 1000

  /// All fields in their order.
  public let fields: [Field]

  /// No fields.
  public init() {
    fields = []
  }

  /// Decodes a body, or a query without its `?`; nil if there are more fields than the limit.
  public init?(_ encoded: [UInt8], limit: Int = defaultLimit) {
    var fields: [Field] = []
    var rest = encoded[...]
    while !rest.isEmpty {
      let pair = rest.prefix { $0 != UInt8(ascii: "&") }
      rest = rest[pair.endIndex...].dropFirst()
      guard !pair.isEmpty else { continue }
      guard fields.count < limit else { return nil }
      let name = pair.prefix { $0 != UInt8(ascii: "=") }
      let value = pair[name.endIndex...].dropFirst()
      fields.append(Field(name: Self.decode(name), value: Self.decode(value)))
    }
    self.fields = fields
  }

  /// Decodes a body, or a query without its `?`; nil if there are more fields than the limit.
  public init?(_ encoded: some StringProtocol, limit: Int = defaultLimit) {
    self.init(Array(encoded.utf8), limit: limit)
  }

  /// The value of the first field with this name.
  public subscript(name: String) -> String? {
    fields.first { $0.name.isExactly(name) }?.value
  }

  /// `+` is a space, `%` and two hexadecimal digits are a byte, and any other `%` is itself. The bytes are UTF-8, with
  /// U+FFFD for what is not.
  private static func decode(_ encoded: ArraySlice<UInt8>) -> String {
    if !encoded.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "%") }) {
      return text(encoded)
    }
    var bytes: [UInt8] = []
    var rest = encoded
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"):
        bytes.append(.space)
      case UInt8(ascii: "%"):
        if let high = rest.first?.hexValue, let low = rest.dropFirst().first?.hexValue {
          bytes.append(high << 4 | low)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      default:
        bytes.append(byte)
      }
    }
    return text(bytes[...])
  }

  /// What is not UTF-8 is replaced here: the library's own repair takes a tenth of a second for a megabyte.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    if let checked = try? UTF8Span(validating: bytes.span) { return String(copying: checked) }
    let replacement = UTF8.encodedReplacementCharacter
    var repaired: [UInt8] = []
    repaired.reserveCapacity(3 * bytes.count)
    var rest = bytes.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    while true {
      switch parser.parseScalar(from: &rest) {
      case .valid(let scalar): repaired.append(contentsOf: scalar)
      case .error: repaired.append(contentsOf: replacement)
      case .emptyInput: return String(decoding: repaired, as: UTF8.self)
      }
    }
  }
}
