// Field lines in the order of the wire (RFC 9110 §5). They stay the bytes that they are, with an index beside
// them: a dictionary would lose a second Content-Length, and most fields of a request are never looked at.

/// The header fields of a message.
public struct Fields: Sendable {
  struct Line {
    let nameStart: UInt32
    let nameEnd: UInt32
    let valueStart: UInt32
    let valueEnd: UInt32
  }

  private(set) var bytes: [UInt8] = []
  private var lines: [Line] = []

  /// No fields.
  public init() {}

  /// Takes over bytes in which a parser has found, and checked, the lines.
  init(bytes: [UInt8], lines: [Line]) {
    self.bytes = bytes
    self.lines = lines
  }

  /// How many lines there are.
  public var count: Int { lines.count }

  /// The value of the first line with this name, in any case of its letters.
  public subscript(name: String) -> String? {
    for line in lines where matches(line, name) { return value(of: line) }
    return nil
  }

  /// The values of all lines with this name, in order.
  public func all(_ name: String) -> [String] {
    lines.filter { matches($0, name) }.map(value(of:))
  }

  /// Whether there is a line with this name.
  public func contains(_ name: String) -> Bool {
    lines.contains { matches($0, name) }
  }

  /// The members of a comma-separated list that may be spread over several lines (RFC 9110 §5.6.1), in lower case.
  public func list(_ name: String) -> [String] {
    var members: [String] = []
    for line in lines where matches(line, name) {
      for member in valueBytes(of: line).split(separator: UInt8(ascii: ",")) {
        let trimmed = Self.trimmed(member)
        if !trimmed.isEmpty { members.append(String(decoding: trimmed.map(\.lowercased), as: UTF8.self)) }
      }
    }
    return members
  }

  /// Adds a line. What must not be in a field line (RFC 9110 §5.5) never gets there: a CR, LF, NUL or other control
  /// character in `value` becomes a space, a character in `name` that is none of a token becomes `_`, and so does a
  /// name that is empty.
  public mutating func append(_ name: String, _ value: String) {
    // What a parser has taken over ends with its head's empty line, which must not get between two lines.
    if let end = lines.last.map({ Int($0.valueEnd) }), bytes.count > end + 2 {
      bytes.replaceSubrange(end..., with: [.cr, .lf])
    }
    let nameStart = bytes.count
    for byte in (name.isEmpty ? "_" : name).utf8 { bytes.append(byte.isToken ? byte : UInt8(ascii: "_")) }
    let nameEnd = bytes.count
    bytes.append(.colon)
    bytes.append(.space)
    let valueStart = bytes.count
    for byte in value.utf8 { bytes.append(byte.isFieldContent ? byte : .space) }
    lines.append(
      Line(
        nameStart: UInt32(clamping: nameStart), nameEnd: UInt32(clamping: nameEnd),
        valueStart: UInt32(clamping: valueStart), valueEnd: UInt32(clamping: bytes.count)))
    bytes.append(.cr)
    bytes.append(.lf)
  }

  /// Takes out all lines with this name.
  public mutating func remove(_ name: String) {
    guard contains(name) else { return }
    let old = self
    self = Fields()
    for line in old.lines where !old.matches(line, name) { append(old.name(of: line), old.value(of: line)) }
  }

  /// Replaces all lines with this name by one.
  public mutating func set(_ name: String, _ value: String) {
    remove(name)
    append(name, value)
  }

  /// Adds the lines of `other` after these, except those whose names are here already. `Vary` gets what it lacks: it
  /// lists all that an answer depends on (RFC 9110 §12.5.5). Each `Set-Cookie` is a cookie of its own (§5.3).
  public mutating func merge(_ other: Fields) {
    let own = self
    for (name, value) in other {
      let isThere =
        if name.utf8.equalsIgnoringCase("vary") {
          own.list(name).contains(value.lowercased())
        } else if name.utf8.equalsIgnoringCase("set-cookie") {
          own.all(name).contains(where: value.isExactly)
        } else {
          own.contains(name)
        }
      if !isThere { append(name, value) }
    }
  }

  /// Writes the lines as they go over the wire, each with its CRLF. They stand in `bytes` one after the other.
  func serialize(into output: inout [UInt8]) {
    guard let first = lines.first, let last = lines.last else { return }
    output.append(contentsOf: bytes[Int(first.nameStart)..<Int(last.valueEnd)])
    output.append(.cr)
    output.append(.lf)
  }

  private func matches(_ line: Line, _ name: String) -> Bool {
    Int(line.nameEnd - line.nameStart) == name.utf8.count
      && bytes[Int(line.nameStart)..<Int(line.nameEnd)].equalsIgnoringCase(name)
  }

  /// The bytes of the first value with this name.
  func valueBytes(_ name: String) -> ArraySlice<UInt8>? {
    for line in lines where matches(line, name) { return valueBytes(of: line) }
    return nil
  }

  /// How many lines have this name.
  func count(_ name: String) -> Int {
    var count = 0
    for line in lines where matches(line, name) { count += 1 }
    return count
  }

  private func valueBytes(of line: Line) -> ArraySlice<UInt8> {
    bytes[Int(line.valueStart)..<Int(line.valueEnd)]
  }

  private func name(of line: Line) -> String {
    String(decoding: bytes[Int(line.nameStart)..<Int(line.nameEnd)], as: UTF8.self)
  }

  private func value(of line: Line) -> String {
    String(decoding: valueBytes(of: line), as: UTF8.self)
  }

  /// Without the optional white space around a value (RFC 9110 §5.6.3).
  static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes
    while let first = rest.first, first == .space || first == .tab { rest = rest.dropFirst() }
    while let last = rest.last, last == .space || last == .tab { rest = rest.dropLast() }
    return rest
  }
}

extension Fields: Sequence {
  /// The lines in order, as names and values.
  public func makeIterator() -> AnyIterator<(name: String, value: String)> {
    var rest = lines[...]
    return AnyIterator {
      rest.popFirst().map { (name(of: $0), value(of: $0)) }
    }
  }
}

extension Fields: ExpressibleByDictionaryLiteral {
  /// Lines in the order written.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init()
    for (name, value) in elements { append(name, value) }
  }
}
