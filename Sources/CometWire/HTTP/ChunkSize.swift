// The line before a chunk's data (RFC 9112 §7.1 and §7.1.1):
//
//   chunk-size [ BWS ";" BWS name [ BWS "=" BWS value ] … ] CRLF
//
// The extensions mean nothing to this server, but their form is checked: what one reader takes for an extension,
// another could take for the end of the line.

/// Reads one such line, in whatever pieces it comes.
struct ChunkSize: Sendable {
  private enum State {
    case digits
    /// White space that only an extension, or more of one, may follow.
    case spaceAfterSize, spaceAfterName, spaceAfterValue
    case beforeName, name
    case beforeValue, value
    case quoted, escaped, afterQuoted
    case lineFeed
  }

  private var state = State.digits
  private var size = 0
  private var digits = 0

  /// The size, once the line is complete.
  mutating func consume(_ rest: inout ArraySlice<UInt8>) throws(RequestError) -> Int? {
    while let byte = rest.popFirst() {
      if state == .lineFeed, byte == .lf { return size }
      if state == .digits, let value = byte.hexValue {
        // 15 digits hold any size that fits; a longer one is an attempt to overflow.
        guard digits < 15 else {
          throw RequestError(.badRequest, "A chunk size may have 15 digits here.")
        }
        size = size << 4 | Int(value)
        digits += 1
        continue
      }
      guard digits > 0, let next = Self.next(state, byte) else {
        throw RequestError(
          .badRequest,
          "A chunk begins with its size in hexadecimal digits, perhaps with extensions (RFC 9112 section 7.1).")
      }
      state = next
    }
    return nil
  }

  /// The state after one more byte; nil when the byte must not stand there.
  private static func next(_ state: State, _ byte: UInt8) -> State? {
    let isSpace = byte == .space || byte == .tab
    switch state {
    case .digits:
      return isSpace ? .spaceAfterSize : afterItem(byte)
    case .spaceAfterSize:
      return isSpace ? state : byte == semicolon ? .beforeName : nil
    case .beforeName:
      return isSpace ? state : byte.isToken ? .name : nil
    case .name:
      if byte.isToken { return state }
      return isSpace ? .spaceAfterName : byte == equals ? .beforeValue : afterItem(byte)
    case .spaceAfterName:
      return isSpace ? state : byte == equals ? .beforeValue : byte == semicolon ? .beforeName : nil
    case .beforeValue:
      return isSpace ? state : byte == quote ? .quoted : byte.isToken ? .value : nil
    case .value:
      if byte.isToken { return state }
      return isSpace ? .spaceAfterValue : afterItem(byte)
    case .quoted:
      return byte == quote ? .afterQuoted : byte == backslash ? .escaped : byte.isFieldContent ? state : nil
    case .escaped:
      return byte.isFieldContent ? .quoted : nil
    case .afterQuoted:
      return isSpace ? .spaceAfterValue : afterItem(byte)
    case .spaceAfterValue:
      return isSpace ? state : byte == semicolon ? .beforeName : nil
    case .lineFeed:
      return nil
    }
  }

  private static func afterItem(_ byte: UInt8) -> State? {
    byte == .cr ? .lineFeed : byte == semicolon ? .beforeName : nil
  }

  private static let semicolon = UInt8(ascii: ";")
  private static let equals = UInt8(ascii: "=")
  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")
}
