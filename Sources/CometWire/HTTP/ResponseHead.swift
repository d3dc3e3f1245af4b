/// The status line and fields of an answer, on their way to the wire (RFC 9112 §4).
public struct ResponseHead: Sendable {
  /// What came of the request.
  public var status: Status
  /// The field lines, in order.
  public var fields: Fields

  /// An answer's head.
  public init(_ status: Status, _ fields: Fields = Fields()) {
    self.status = status
    self.fields = fields
  }

  /// Writes the status line and the fields, without the empty line that ends the head: whoever frames the body
  /// adds its own lines first.
  public func serialize(into output: inout [UInt8]) {
    output.append(contentsOf: "HTTP/1.1 ".utf8)
    output.append(contentsOf: String(status.code).utf8)
    output.append(.space)
    output.append(contentsOf: status.phrase.utf8)
    output.append(.cr)
    output.append(.lf)
    fields.serialize(into: &output)
  }
}
