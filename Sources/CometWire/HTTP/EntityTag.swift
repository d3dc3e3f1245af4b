/// The validator of a representation: it changes whenever the bytes change (RFC 9110 §8.8.3).
public struct EntityTag: Equatable, Sendable {
  /// With its quotes, as on the wire.
  public let text: String

  /// `opaque` is put between quotes; it must consist of letters, digits and hyphens.
  public init(_ opaque: String) {
    text = "\"\(opaque)\""
  }

  /// Whether an If-None-Match field names this tag or `*`. The comparison is the weak one (RFC 9110 §13.1.2).
  public func isNamed(in field: String) -> Bool {
    field.split(separator: ",").contains { member in
      let trimmed = member.trimmingSpaces
      return trimmed == "*" || trimmed == text || trimmed == "W/\(text)"
    }
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    var rest = self
    while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return rest
  }
}
