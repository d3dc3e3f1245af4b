// The lines of a head, taken apart (RFC 9112 §3 and §5). The bytes are complete: they end in an empty line, and
// every CR in them is followed by LF.

extension RequestHead {
  init(bytes: [UInt8], limits: RequestLimits) throws(RequestError) {
    var position = bytes.starts(with: [.cr, .lf]) ? 2 : 0
    let line = RequestLine(bytes[position..<Self.endOfLine(in: bytes, from: position)])
    position = line.bytes.endIndex + 2

    var lines: [Fields.Line] = []
    while true {
      let end = Self.endOfLine(in: bytes, from: position)
      if end == position { break }
      lines.append(try Self.fieldLine(bytes[position..<end]))
      position = end + 2
    }
    let fields = Fields(bytes: bytes, lines: lines)

    let (method, target, version) = try line.parse(limits: limits)
    self.method = method
    self.target = target
    self.version = version
    self.fields = fields
    host = try Self.host(fields, target: target, version: version)
    framing = try BodyFraming(fields, version: version)
    expectsContinue = try Self.expectsContinue(fields, version: version)
    // HTTP/1.0 is closed after its answer, whatever it asks for.
    isPersistent = version == .http11 && !fields.list("connection").contains("close")
  }

  private static func endOfLine(in bytes: [UInt8], from position: Int) -> Int {
    bytes[position...].firstIndex(of: .cr) ?? bytes.endIndex
  }

  /// `name: value`, with optional white space around the value (RFC 9112 §5).
  private static func fieldLine(_ line: ArraySlice<UInt8>) throws(RequestError) -> Fields.Line {
    guard let colon = line.firstIndex(of: .colon) else {
      throw RequestError(.badRequest, "A field line needs a colon (RFC 9112 section 5).")
    }
    let name = line[..<colon]
    // This also refuses white space before the colon (§5.1), and a line that begins with white space: a folded
    // one, or one before the first name (§5.2, §2.2).
    guard !name.isEmpty, name.allSatisfy(\.isToken) else {
      throw RequestError(.badRequest, "A field name is a token, directly followed by a colon (RFC 9112 section 5.1).")
    }
    let value = Fields.trimmed(line[colon...].dropFirst())
    guard value.allSatisfy(\.isFieldContent) else {
      throw RequestError(.badRequest, "A field value has no control characters (RFC 9110 section 5.5).")
    }
    return Fields.Line(
      nameStart: UInt32(clamping: name.startIndex), nameEnd: UInt32(clamping: colon),
      valueStart: UInt32(clamping: value.startIndex), valueEnd: UInt32(clamping: value.endIndex))
  }

  /// RFC 9112 §3.2: one valid Host field, which an absolute target overrides.
  private static func host(
    _ fields: Fields, target: RequestTarget, version: HTTPVersion
  ) throws(RequestError) -> Authority? {
    let values = fields.all("host")
    guard values.count == 1 || values.isEmpty && version == .http10 else {
      throw RequestError(.badRequest, "A request needs one Host field (RFC 9112 section 3.2).")
    }
    var host: Authority?
    if let value = values.first {
      host = Authority(value)
      guard host != nil else {
        throw RequestError(.badRequest, "The Host field must be a host with an optional port (RFC 9110 section 7.2).")
      }
    }
    if case .absolute(let authority) = target.form { return authority }
    return host
  }

  private static func expectsContinue(_ fields: Fields, version: HTTPVersion) throws(RequestError) -> Bool {
    let expectations = fields.list("expect")
    // An HTTP/1.0 client would not understand the interim answer (RFC 9110 §10.1.1).
    guard version == .http11, !expectations.isEmpty else { return false }
    guard expectations.allSatisfy({ $0 == "100-continue" }) else {
      throw RequestError(.expectationFailed, "This server knows one expectation, 100-continue (RFC 9110 section 10.1.1).")
    }
    return true
  }
}

/// `method SP target SP version`, with exactly one space each (RFC 9112 §3).
private struct RequestLine {
  let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  func parse(limits: RequestLimits) throws(RequestError) -> (Method, RequestTarget, HTTPVersion) {
    let parts = bytes.split(separator: .space, omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(\.isToken) else {
      throw RequestError(.badRequest, "A request line is: method, target, version (RFC 9112 section 3).")
    }
    guard parts[1].count <= limits.targetBytes else {
      throw RequestError(.uriTooLong, "A request target may have \(limits.targetBytes) bytes.")
    }
    let version = try parseVersion(parts[2])
    guard let method = Method(parts[0]) else {
      throw RequestError(.notImplemented, "This server does not know the method (RFC 9110 section 15.6.2).")
    }
    guard let target = RequestTarget(parts[1], method: method) else {
      throw RequestError(.badRequest, "The request target has none of the known forms (RFC 9112 section 3.2).")
    }
    return (method, target, version)
  }

  /// `HTTP/1.1`: upper case, one digit each (RFC 9112 §2.3).
  private func parseVersion(_ version: ArraySlice<UInt8>) throws(RequestError) -> HTTPVersion {
    let digits = Array(version.dropFirst(5))
    guard version.prefix(5).elementsEqual("HTTP/".utf8), digits.count == 3,
      digits[0].isDigit, digits[1] == UInt8(ascii: "."), digits[2].isDigit
    else {
      throw RequestError(.badRequest, "The version must be written as HTTP/1.1 (RFC 9112 section 2.3).")
    }
    guard digits[0] == UInt8(ascii: "1") else {
      throw RequestError(.versionNotSupported, "This server speaks HTTP/1.1 and HTTP/1.0 (RFC 9110 section 15.6.6).")
    }
    return digits[2] == UInt8(ascii: "0") ? .http10 : .http11
  }
}
