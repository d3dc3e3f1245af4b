// The lines of a head, taken apart (RFC 9112 §3 and §5). The bytes are complete: they end in an empty line, and
// every CR in them is followed by LF.

enum HeadParser {
  static func parse(_ bytes: [UInt8], limits: RequestLimits) throws(RequestError) -> (RequestLine, Fields) {
    var position = bytes.starts(with: [.cr, .lf]) ? 2 : 0
    let lineEnd = endOfLine(in: bytes, from: position)
    let requestLine = bytes[position..<lineEnd]
    position = lineEnd + 2

    var lines: [Fields.Line] = []
    while true {
      let end = endOfLine(in: bytes, from: position)
      if end == position { break }
      lines.append(try fieldLine(bytes[position..<end]))
      position = end + 2
    }
    return (try RequestLine(requestLine, limits: limits), Fields(bytes: bytes, lines: lines))
  }

  private static func endOfLine(in bytes: [UInt8], from position: Int) -> Int {
    bytes[position...].firstIndex(of: .cr) ?? bytes.endIndex
  }

  /// `name: value`, with optional white space around the value (RFC 9112 §5).
  private static func fieldLine(_ line: ArraySlice<UInt8>) throws(RequestError) -> Fields.Line {
    // A folded line, or one before the first name (RFC 9112 §5.2, §2.2).
    guard line.first != .space, line.first != .tab else {
      throw RequestError(.badRequest, "A field line does not begin with white space (RFC 9112 sections 2.2 and 5.2).")
    }
    guard let colon = line.firstIndex(of: .colon) else {
      throw RequestError(.badRequest, "A field line needs a colon (RFC 9112 section 5).")
    }
    let name = line[..<colon]
    // This also refuses white space before the colon (§5.1).
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
  static func host(
    _ fields: Fields, target: RequestTarget, version: HTTPVersion
  ) throws(RequestError) -> Authority? {
    let count = fields.count("host")
    guard count > 0 || version == .http10 else {
      throw RequestError(.badRequest, "A request needs a Host field (RFC 9112 section 3.2).")
    }
    guard count <= 1 else {
      throw RequestError(.badRequest, "A request has one Host field, not \(count) (RFC 9112 section 3.2).")
    }
    var host: Authority?
    if let value = fields.valueBytes("host") {
      host = Authority(value)
      guard host != nil else {
        throw RequestError(.badRequest, "The Host field must be a host with an optional port (RFC 9110 section 7.2).")
      }
    }
    if case .absolute(let authority) = target.form { return authority }
    return host
  }

  static func expectsContinue(_ fields: Fields, version: HTTPVersion) throws(RequestError) -> Bool {
    // An HTTP/1.0 client would not understand the interim answer (RFC 9110 §10.1.1).
    guard version == .http11, fields.contains("expect") else { return false }
    let expectations = fields.list("expect")
    guard expectations.allSatisfy({ $0.isExactly("100-continue") }) else {
      throw RequestError(
        .expectationFailed, "This server knows one expectation, 100-continue (RFC 9110 section 10.1.1).")
    }
    return !expectations.isEmpty
  }
}

/// `method SP target SP version`, with exactly one space each (RFC 9112 §3).
struct RequestLine {
  let method: Method
  let target: RequestTarget
  let version: HTTPVersion

  init(_ bytes: ArraySlice<UInt8>, limits: RequestLimits) throws(RequestError) {
    guard let firstSpace = bytes.firstIndex(of: .space), let lastSpace = bytes.lastIndex(of: .space),
      firstSpace < lastSpace, firstSpace > bytes.startIndex, bytes[..<firstSpace].allSatisfy(\.isToken)
    else {
      throw RequestError(.badRequest, "A request line is: method, target, version (RFC 9112 section 3).")
    }
    let targetBytes = bytes[firstSpace..<lastSpace].dropFirst()
    guard targetBytes.count <= limits.targetBytes else {
      throw RequestError(.uriTooLong, "A request target may have \(limits.targetBytes) bytes.")
    }
    version = try Self.version(bytes[lastSpace...].dropFirst())
    guard let method = Method(bytes[..<firstSpace]) else {
      throw RequestError(.notImplemented, "This server does not know the method (RFC 9110 section 15.6.2).")
    }
    self.method = method
    // A target has no spaces, so there were exactly two.
    guard let target = RequestTarget(targetBytes, method: method) else {
      throw RequestError(.badRequest, "The request target has none of the known forms (RFC 9112 section 3.2).")
    }
    self.target = target
  }

  /// `HTTP/1.1`: upper case, one digit each (RFC 9112 §2.3).
  private static func version(_ bytes: ArraySlice<UInt8>) throws(RequestError) -> HTTPVersion {
    // Nearly every request.
    if bytes.elementsEqual("HTTP/1.1".utf8) { return .http11 }
    let digits = Array(bytes.dropFirst(5))
    guard bytes.prefix(5).elementsEqual("HTTP/".utf8), digits.count == 3,
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
