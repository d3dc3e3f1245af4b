import CometWire

/// All that a parser makes of some bytes.
struct ParsedRequests: Equatable {
  struct Request: Equatable {
    var line: String
    var fields: [String]
    var body: String
  }

  var requests: [Request] = []
  /// The status that answers what could not be read.
  var failure: Int?
  /// How many bytes had been appended when the parser gave up.
  var bytesUntilFailure: Int?
  /// Whether a request has begun and is not complete.
  var isWaiting = false

  /// Appends `pieceSize` bytes at a time.
  init(_ bytes: [UInt8], pieceSize: Int = .max, limits: RequestLimits = RequestLimits()) {
    var parser = HTTPRequestParser()
    var head: RequestHead?
    var start = 0
    repeat {
      let end = start + min(pieceSize, bytes.count - start)
      parser.append(Array(bytes[start..<end]))
      start = end
      do throws(RequestError) {
        while true {
          if head == nil { head = try parser.nextHead(limits) }
          guard let read = head, let body = try parser.nextBody(limits) else { break }
          requests.append(Request(read, body))
          head = nil
        }
      } catch {
        failure = error.status.code
        bytesUntilFailure = end
        return
      }
    } while start < bytes.count
    isWaiting = head != nil || parser.hasBytes
  }

  init(_ text: String, pieceSize: Int = .max, limits: RequestLimits = RequestLimits()) {
    self.init(Array(text.utf8), pieceSize: pieceSize, limits: limits)
  }

  /// Whether two readings of the same bytes came to the same, however the bytes were cut.
  static func agree(_ one: ParsedRequests, _ other: ParsedRequests) -> Bool {
    one.requests == other.requests && one.failure == other.failure && one.isWaiting == other.isWaiting
  }
}

extension ParsedRequests.Request {
  init(_ head: RequestHead, _ body: [UInt8]) {
    let query = head.target.query.map { "?" + $0 } ?? ""
    let version = head.version == .http11 ? "HTTP/1.1" : "HTTP/1.0"
    line = "\(head.method.rawValue) \(head.target.path)\(query) \(version)"
    fields = head.fields.map { "\($0.name): \($0.value)" }
    self.body = String(decoding: body, as: UTF8.self)
  }
}

/// The head of the one request in these bytes, which must be complete.
func readHead(_ text: String, limits: RequestLimits = RequestLimits()) throws(RequestError) -> RequestHead? {
  var parser = HTTPRequestParser()
  parser.append(Array(text.utf8))
  return try parser.nextHead(limits)
}

/// A request with the usual field and these.
func request(_ line: String = "GET / HTTP/1.1", _ fields: String..., body: String = "") -> String {
  line + "\r\nHost: localhost\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
}
