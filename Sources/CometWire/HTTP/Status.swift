/// A status code with its phrase (RFC 9110 §15). Two are equal when their codes are.
public struct Status: Hashable, Sendable, CustomStringConvertible {
  /// Three digits, such as 404.
  public let code: Int
  /// The words after it, which are for people only.
  public let phrase: String

  /// A status that has no constant here. `code` must have three digits; other values are sent as 500. A control
  /// character in `phrase` becomes a space (RFC 9112 §4).
  public init(code: Int, phrase: String) {
    self.code = (100...999).contains(code) ? code : 500
    self.phrase = String(decoding: phrase.utf8.map { $0.isFieldContent ? $0 : .space }, as: UTF8.self)
  }

  /// Whether the codes are the same: the phrase is for people only.
  public static func == (a: Status, b: Status) -> Bool { a.code == b.code }

  /// The code alone; see ``==(_:_:)``.
  public func hash(into hasher: inout Hasher) { hasher.combine(code) }

  /// Such as `404 Not Found`.
  public var description: String { "\(code) \(phrase)" }

  /// 1xx comes before the answer proper (RFC 9110 §15.2).
  public var isInterim: Bool { code < 200 }

  /// 1xx, 204 and 304 end with their head (RFC 9112 §6.3).
  public var forbidsBody: Bool { isInterim || code == 204 || code == 304 }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Status {
  public static let `continue` = Status(code: 100, phrase: "Continue")
  public static let switchingProtocols = Status(code: 101, phrase: "Switching Protocols")
  public static let ok = Status(code: 200, phrase: "OK")
  public static let created = Status(code: 201, phrase: "Created")
  public static let accepted = Status(code: 202, phrase: "Accepted")
  public static let noContent = Status(code: 204, phrase: "No Content")
  public static let resetContent = Status(code: 205, phrase: "Reset Content")
  public static let partialContent = Status(code: 206, phrase: "Partial Content")
  public static let movedPermanently = Status(code: 301, phrase: "Moved Permanently")
  public static let found = Status(code: 302, phrase: "Found")
  public static let seeOther = Status(code: 303, phrase: "See Other")
  public static let notModified = Status(code: 304, phrase: "Not Modified")
  public static let temporaryRedirect = Status(code: 307, phrase: "Temporary Redirect")
  public static let permanentRedirect = Status(code: 308, phrase: "Permanent Redirect")
  public static let badRequest = Status(code: 400, phrase: "Bad Request")
  public static let unauthorized = Status(code: 401, phrase: "Unauthorized")
  public static let forbidden = Status(code: 403, phrase: "Forbidden")
  public static let notFound = Status(code: 404, phrase: "Not Found")
  public static let methodNotAllowed = Status(code: 405, phrase: "Method Not Allowed")
  public static let requestTimeout = Status(code: 408, phrase: "Request Timeout")
  public static let conflict = Status(code: 409, phrase: "Conflict")
  public static let gone = Status(code: 410, phrase: "Gone")
  public static let preconditionFailed = Status(code: 412, phrase: "Precondition Failed")
  public static let contentTooLarge = Status(code: 413, phrase: "Content Too Large")
  public static let uriTooLong = Status(code: 414, phrase: "URI Too Long")
  public static let unsupportedMediaType = Status(code: 415, phrase: "Unsupported Media Type")
  public static let rangeNotSatisfiable = Status(code: 416, phrase: "Range Not Satisfiable")
  public static let expectationFailed = Status(code: 417, phrase: "Expectation Failed")
  public static let unprocessableContent = Status(code: 422, phrase: "Unprocessable Content")
  public static let upgradeRequired = Status(code: 426, phrase: "Upgrade Required")
  public static let tooManyRequests = Status(code: 429, phrase: "Too Many Requests")
  public static let headTooLarge = Status(code: 431, phrase: "Request Header Fields Too Large")
  public static let internalServerError = Status(code: 500, phrase: "Internal Server Error")
  public static let notImplemented = Status(code: 501, phrase: "Not Implemented")
  public static let badGateway = Status(code: 502, phrase: "Bad Gateway")
  public static let serviceUnavailable = Status(code: 503, phrase: "Service Unavailable")
  public static let gatewayTimeout = Status(code: 504, phrase: "Gateway Timeout")
  public static let versionNotSupported = Status(code: 505, phrase: "HTTP Version Not Supported")
}
