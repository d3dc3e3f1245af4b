// Finds where a head ends, and refuses early what can never become one.

/// The search for the empty line that ends a head. It goes on where it stopped when more bytes have come.
struct HeadScan: Sendable {
  /// More than any method and version take.
  private static let methodRoom = 32

  private var scanned = 0
  private var lines = 0
  private var lineStart = 0

  /// Whether a byte of the request line has come.
  var hasBegun: Bool { lines > 0 || scanned > lineStart }

  /// The length of the head with its empty line; nil when that has not come yet.
  ///
  /// - Parameter bytes: the same bytes as at the last call, and perhaps more after them.
  mutating func findEnd(in bytes: ArraySlice<UInt8>, limits: RequestLimits) throws(RequestError) -> Int? {
    let base = bytes.startIndex
    while scanned < bytes.count {
      let byte = bytes[base + scanned]
      scanned += 1
      if scanned > limits.headBytes {
        throw RequestError(.headTooLarge, "A head may have \(limits.headBytes) bytes.")
      }
      if byte == .lf {
        // A recipient may accept a bare LF (RFC 9112 §2.2). Two recipients that disagree on it see different
        // requests, so this one does not.
        guard scanned >= 2, bytes[base + scanned - 2] == .cr else {
          throw RequestError(.badRequest, "A line must end in CR LF (RFC 9112 section 2.2).")
        }
        let length = scanned - 2 - lineStart
        // One empty line before the request line is forgiven (RFC 9112 §2.2).
        if length == 0, lineStart > 0 {
          if lines > 0 { return scanned }
          throw RequestError(.badRequest, "The request line is empty.")
        }
        lineStart = scanned
        if length > 0 { lines += 1 }
        guard lines - 1 <= limits.fieldCount else {
          throw RequestError(.headTooLarge, "A request may have \(limits.fieldCount) fields.")
        }
      } else if scanned >= 2, bytes[base + scanned - 2] == .cr {
        throw RequestError(.badRequest, "CR stands only before LF (RFC 9112 section 2.2).")
      } else if byte < 0x20, byte != .cr, byte != .tab {
        throw RequestError(.badRequest, "A head has no control characters (RFC 9110 section 5.5).")
      }
      // The method and the version have their room beside the target.
      if lines == 0, scanned - lineStart - Self.methodRoom > limits.targetBytes {
        guard bytes.dropFirst(lineStart).prefix(Self.methodRoom).contains(.space) else {
          throw RequestError(.badRequest, "There is no method that long.")
        }
        throw RequestError(.uriTooLong, "A request target may have \(limits.targetBytes) bytes.")
      }
    }
    return nil
  }
}
