/// One walk over a JSON text (RFC 8259 §2 to §7) that is UTF-8 already. It writes what it has read, less the white
/// space.
struct JSONScanner {
  struct Member {
    let name: String
    /// Where the value stands in `compact`.
    let value: Range<Int>

    /// Compared by their bytes: Swift takes two strings for equal that other readers tell apart.
    func isNamed(_ name: String) -> Bool { self.name.isExactly(name) }
  }

  private let input: [UInt8]
  private var index = 0
  private var values = 0
  private(set) var compact: [UInt8] = []

  init(_ input: [UInt8]) {
    self.input = input
    compact.reserveCapacity(input.count)
  }

  /// The whole text (§2).
  ///
  /// - Returns: the members when it is an object.
  mutating func text() throws(JSONText.Invalid) -> [Member]? {
    skipSpace()
    var members: [Member]?
    if next == UInt8(ascii: "{") { members = try object(depth: 1) } else { try value(depth: 0) }
    skipSpace()
    guard index == input.count else { throw unexpected("the end") }
    return members
  }

  private mutating func value(depth: Int) throws(JSONText.Invalid) {
    values += 1
    guard values <= JSONText.valueLimit else {
      throw JSONText.Invalid(reason: "JSON may have \(JSONText.valueLimit) values here.")
    }
    switch next {
    case UInt8(ascii: "{"): _ = try object(depth: depth + 1)
    case UInt8(ascii: "["): try array(depth: depth + 1)
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "t"): try literal("true")
    case UInt8(ascii: "f"): try literal("false")
    case UInt8(ascii: "n"): try literal("null")
    default: try number()
    }
  }

  /// Names and values (§4).
  private mutating func object(depth: Int) throws(JSONText.Invalid) -> [Member] {
    try open(depth)
    var members: [Member] = []
    skipSpace()
    guard !take("}") else { return [] }
    repeat {
      skipSpace()
      let nameStart = compact.count
      guard next == UInt8(ascii: "\"") else { throw unexpected("a name in quotes") }
      try string()
      let isASCII = compact[nameStart...].allSatisfy { $0 < 0x80 }
      let limit = isASCII ? JSONText.nameLimit : JSONText.nameLimit / 4
      guard compact.count - nameStart <= limit else {
        throw JSONText.Invalid(reason: "Such a name may have \(limit) bytes here.")
      }
      let name = depth == 1 ? JSONString.decode(compact[nameStart...]) : nil
      skipSpace()
      guard take(":") else { throw unexpected("a colon") }
      skipSpace()
      let valueStart = compact.count
      try value(depth: depth)
      if let name { members.append(Member(name: name, value: valueStart..<compact.count)) }
      guard members.count <= JSONText.memberLimit else {
        throw JSONText.Invalid(reason: "An object may have \(JSONText.memberLimit) members here.")
      }
      skipSpace()
    } while take(",")
    guard take("}") else { throw unexpected("a comma or }") }
    return members
  }

  /// Values (§5).
  private mutating func array(depth: Int) throws(JSONText.Invalid) {
    try open(depth)
    skipSpace()
    guard !take("]") else { return }
    repeat {
      skipSpace()
      try value(depth: depth)
      skipSpace()
    } while take(",")
    guard take("]") else { throw unexpected("a comma or ]") }
  }

  private mutating func open(_ depth: Int) throws(JSONText.Invalid) {
    guard depth <= JSONText.depthLimit else {
      throw JSONText.Invalid(reason: "JSON may be nested \(JSONText.depthLimit) deep here.")
    }
    copy()
  }

  /// Digits, with a fraction and an exponent or without; no zeros before others (§6).
  private mutating func number() throws(JSONText.Invalid) {
    let start = compact.count
    take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    let hasExponent = take("e") || take("E")
    if hasExponent {
      _ = take("+") || take("-")
      try digits()
    }
    // Most are seen to fit by their length: a double holds 308 digits.
    if !hasExponent, compact.count - start <= 300 { return }
    guard Double(String(decoding: compact[start...], as: UTF8.self))?.isFinite == true else {
      throw JSONText.Invalid(reason: "A number is larger than a double can be (RFC 7493 section 2.2).")
    }
  }

  private mutating func digits() throws(JSONText.Invalid) {
    guard let first = next, first.isDigit else { throw unexpected("a value") }
    while let digit = next, digit.isDigit { copy() }
  }

  /// Characters between quotes; control characters, quotes and backslashes are escaped (§7).
  private mutating func string() throws(JSONText.Invalid) {
    copy()
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""): return copy()
      case UInt8(ascii: "\\"): try escape()
      case ..<0x20: throw JSONText.Invalid(reason: "A string has no control characters (RFC 8259 section 7).")
      default: copy()
      }
    }
    throw unexpected("the end of a string")
  }

  private mutating func escape() throws(JSONText.Invalid) {
    copy()
    switch next {
    case .some(let byte) where "\"\\/bfnrt".utf8.contains(byte): copy()
    case UInt8(ascii: "u"):
      let unit = try codeUnit()
      if UTF16.isTrailSurrogate(unit) { throw Self.halfPair }
      guard UTF16.isLeadSurrogate(unit) else { return }
      guard take("\\"), next == UInt8(ascii: "u"), UTF16.isTrailSurrogate(try codeUnit()) else { throw Self.halfPair }
    default: throw unexpected("an escape of section 7")
    }
  }

  /// `u` and four hexadecimal digits.
  private mutating func codeUnit() throws(JSONText.Invalid) -> UInt16 {
    copy()
    var unit: UInt16 = 0
    for _ in 1...4 {
      guard let value = next?.hexValue else { throw unexpected("four hexadecimal digits") }
      unit = unit << 4 | UInt16(value)
      copy()
    }
    return unit
  }

  private mutating func literal(_ word: String) throws(JSONText.Invalid) {
    for byte in word.utf8 {
      guard next == byte else { throw unexpected("a value") }
      copy()
    }
  }

  // MARK: Bytes

  private var next: UInt8? { index < input.count ? input[index] : nil }

  private mutating func copy() {
    guard let next else { return }
    compact.append(next)
    index += 1
  }

  @discardableResult
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    copy()
    return true
  }

  private mutating func skipSpace() {
    while let byte = next, byte == .space || byte == .tab || byte == .lf || byte == .cr { index += 1 }
  }

  private func unexpected(_ wanted: String) -> JSONText.Invalid {
    JSONText.Invalid(reason: "JSON needs \(wanted) at byte \(index) (RFC 8259).")
  }

  private static let halfPair = JSONText.Invalid(
    reason: "Half of a surrogate pair is no character (RFC 7493 section 2.1).")
}
