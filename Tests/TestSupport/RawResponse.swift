/// A response as it came: the head, and the body with the boundaries of its chunks.
public struct RawResponse: Sendable {
  /// Status line and fields.
  public let head: RawHead
  /// The body without the chunks' framing.
  public let body: [UInt8]
  /// The chunks of a chunked body without the last, empty one; none for other bodies.
  public let chunks: [[UInt8]]

  /// The three digits of the status.
  public var status: Int { head.status }
  /// The words after the status.
  public var reason: String { head.reason }
  /// The fields in their order.
  public var fields: [RawField] { head.fields }
  /// The body as text.
  public var text: String { body.text }

  /// The value of the only field with this name in any case; `nil` when it is absent or there are several.
  public subscript(name: String) -> String? { head[name] }

  /// The values of all fields with this name in any case.
  public func all(_ name: String) -> [String] { head.all(name) }
}

extension RawClient {
  /// Reads one whole response; a 1xx answer counts as a response of its own.
  ///
  /// - Parameter toHEAD: The request was `HEAD`, so that no body follows whatever the fields say.
  public func response(toHEAD: Bool = false, within limit: Duration? = nil) async throws -> RawResponse {
    let head = try await head(within: limit)
    switch toHEAD ? .none : try head.bodyLength() {
    case .none:
      return RawResponse(head: head, body: [], chunks: [])
    case .bytes(let count):
      return RawResponse(head: head, body: try await receive(count: count, within: limit), chunks: [])
    case .chunked:
      var chunks: [[UInt8]] = []
      while let chunk = try await nextChunk(within: limit) { chunks.append(chunk) }
      return RawResponse(head: head, body: Array(chunks.joined()), chunks: chunks)
    case .untilEnd:
      let (body, end) = try await receiveToEnd(within: limit)
      guard end == .finished else { throw ClientError(awaiting: "the end of a body", .ended(end), received: body) }
      return RawResponse(head: head, body: body, chunks: [])
    }
  }

  /// Reads a head only; the body can be taken with ``nextChunk(within:)`` or the other methods for bytes.
  public func head(within limit: Duration? = nil) async throws -> RawHead {
    try RawHead(await receive(until: Array("\r\n\r\n".utf8), within: limit))
  }

  /// Reads one chunk of a chunked body; `nil` for the last one, with the end of the body.
  public func nextChunk(within limit: Duration? = nil) async throws -> [UInt8]? {
    func malformed(_ rule: String, _ bytes: [UInt8]) -> ClientError {
      ClientError(awaiting: "a chunk", .malformed(rule), received: bytes)
    }
    let line = try await receive(until: "\r\n", within: limit)
    // `Int` alone would take a sign, too.
    let digits = line.dropLast()
    guard digits.utf8.allSatisfy({ ("0"..."9").contains(UnicodeScalar($0)) || "abcdefABCDEF".utf8.contains($0) }),
      let size = Int(digits, radix: 16)
    else {
      throw malformed("chunk size \(line.debugDescription)", Array(line.utf8))
    }
    let chunk = try await receive(count: size, within: limit)
    let ending = try await receive(count: 2, within: limit)
    guard ending == [0x0D, 0x0A] else {
      throw malformed(size == 0 ? "trailer fields" : "no CR LF after the chunk's data", chunk + ending)
    }
    return size == 0 ? nil : chunk
  }
}
