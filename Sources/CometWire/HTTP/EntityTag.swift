/// The validator of a representation: it changes whenever the bytes change (RFC 9110 §8.8.3).
public struct EntityTag: Equatable, Sendable {
  /// With its quotes, as on the wire.
  public let text: String

  /// `opaque` is put between quotes; it must consist of letters, digits and hyphens.
  public init(_ opaque: String) {
    text = "\"\(opaque)\""
  }

  /// Whether the value of an If-None-Match field line names this tag or `*`. The comparison is the weak one (RFC 9110
  /// §13.1.2).
  public func isNamed(in field: String) -> Bool {
    Self.list(field, hasOneOf: [text, "W/\(text)"])
  }

  /// Whether the value of an If-Match field line names this tag or `*`. The comparison is the strong one (RFC 9110
  /// §13.1.1).
  public func isMatched(by field: String) -> Bool {
    Self.list(field, hasOneOf: [text])
  }

  private static func list(_ field: String, hasOneOf tags: [String]) -> Bool {
    let field = Fields.trimmed(Array(field.utf8)[...])
    if field.elementsEqual("*".utf8) { return true }
    // By bytes: a comma is one whatever comes before it, though Swift may take the two for one `Character`. A tag may
    // have commas of its own.
    var isQuoted = false
    let members = field.split { byte in
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      return byte == UInt8(ascii: ",") && !isQuoted
    }
    return members.contains { member in
      let trimmed = Fields.trimmed(member)
      return tags.contains { trimmed.elementsEqual($0.utf8) }
    }
  }
}
