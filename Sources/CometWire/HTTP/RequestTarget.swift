// The request target and its forms (RFC 9112 §3.2). The fourth, `host:port`, belongs to CONNECT alone.

/// What a request asks for.
public struct RequestTarget: Equatable, Sendable {
  /// How the target was written.
  public enum Form: Equatable, Sendable {
    /// `/path?query`, the usual one.
    case origin
    /// `http://host/path?query`, as a proxy gets it; its authority stands for the Host field.
    case absolute(Authority)
    /// `*`, with OPTIONS: the server as a whole.
    case asterisk
  }

  /// How the target was written.
  public let form: Form
  /// The path as it came, still percent-encoded; empty for `*`, which has none.
  public let path: String
  /// What comes after the first `?`, still percent-encoded; nil without one.
  public let query: String?

  init?(_ bytes: ArraySlice<UInt8>, method: Method) {
    guard !bytes.isEmpty, bytes.allSatisfy(\.isTarget) else { return nil }
    if bytes.first == UInt8(ascii: "/") {
      self.init(form: .origin, rest: bytes)
    } else if bytes.elementsEqual("*".utf8) {
      guard method == .options else { return nil }
      self.init(form: .asterisk, rest: [])
    } else {
      let scheme = "http://"
      guard bytes.prefix(scheme.utf8.count).equalsIgnoringCase(scheme) else { return nil }
      let afterScheme = bytes.dropFirst(scheme.utf8.count)
      let end = afterScheme.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? bytes.endIndex
      guard let authority = Authority(afterScheme[..<end]) else { return nil }
      self.init(form: .absolute(authority), rest: afterScheme[end...])
    }
  }

  private init(form: Form, rest: ArraySlice<UInt8>) {
    self.form = form
    let question = rest.firstIndex(of: UInt8(ascii: "?"))
    let path = rest[..<(question ?? rest.endIndex)]
    if path.isEmpty, case .absolute = form {
      // An empty path in an absolute URI is the root (RFC 9110 §4.2.3).
      self.path = "/"
    } else {
      self.path = String(decoding: path, as: UTF8.self)
    }
    query = question.map { String(decoding: rest[$0...].dropFirst(), as: UTF8.self) }
  }
}
