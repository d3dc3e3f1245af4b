/// A request method that the server knows (RFC 9110 §9, RFC 5789). Any other is answered by 501; so is CONNECT, since
/// this is no proxy.
public enum Method: String, CaseIterable, Sendable {
  /// Asks for the resource; changes nothing.
  case get = "GET"
  /// Like GET, without the body.
  case head = "HEAD"
  /// Hands over data to be processed.
  case post = "POST"
  /// Replaces the resource.
  case put = "PUT"
  /// Changes the resource in part.
  case patch = "PATCH"
  /// Removes the resource.
  case delete = "DELETE"
  /// Asks what is allowed.
  case options = "OPTIONS"
  /// Asks for the request itself; known, so that it can be refused with 405.
  case trace = "TRACE"

  /// Methods are compared with their case (RFC 9110 §9.1).
  public init?(_ bytes: some Collection<UInt8>) {
    // Nearly every request is one of two.
    if bytes.elementsEqual("GET".utf8) {
      self = .get
    } else if bytes.elementsEqual("POST".utf8) {
      self = .post
    } else if let method = Self.allCases.first(where: { bytes.elementsEqual($0.rawValue.utf8) }) {
      self = method
    } else {
      return nil
    }
  }

  /// Whether the method only reads (RFC 9110 §9.2.1), so that it may come from any web page.
  public var isSafe: Bool {
    switch self {
    case .get, .head, .options, .trace: true
    case .post, .put, .patch, .delete: false
    }
  }
}

/// The two versions that this server speaks. A higher minor version is answered as 1.1 (RFC 9110 §2.5).
public enum HTTPVersion: Sendable {
  /// No chunked coding, and closed after each answer.
  case http10
  /// Persistent connections and the chunked coding.
  case http11
}
