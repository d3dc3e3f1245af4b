/// Checks that bytes are UTF-8 (RFC 3629 §4) while they arrive, in pieces of any size.
///
/// A wrong byte is found at once, also in the middle of a character: `F4 90` is refused at `90`, since no character
/// above U+10FFFF exists, whatever might follow.
public struct UTF8Validator: Sendable {
  private enum State {
    case betweenCharacters
    /// `missing` bytes of a character are still to come, and the first of them must lie in `next`.
    case insideCharacter(missing: Int, next: ClosedRange<UInt8>)
    case broken
  }

  private var state = State.betweenCharacters

  /// A validator that has seen nothing, which is valid and complete.
  public init() {}

  /// True if what was consumed is valid and does not end inside a character.
  public var isComplete: Bool {
    if case .betweenCharacters = state { true } else { false }
  }

  /// Takes the next piece. False from the first byte on that cannot belong to UTF-8 after what came before.
  public mutating func consume(_ bytes: [UInt8]) -> Bool {
    consume(bytes[...])
  }

  /// Takes the next piece. False from the first byte on that cannot belong to UTF-8 after what came before.
  public mutating func consume(_ piece: ArraySlice<UInt8>) -> Bool {
    let bytes = piece.span
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      switch state {
      case .betweenCharacters where byte < 0x80:
        index = Self.endOfASCII(in: bytes, from: index)
        continue
      case .betweenCharacters:
        state = Self.state(afterLead: byte)
      case .insideCharacter(let missing, let next) where next.contains(byte):
        state = missing == 1 ? .betweenCharacters : .insideCharacter(missing: missing - 1, next: 0x80...0xBF)
      case .insideCharacter, .broken:
        state = .broken
        return false
      }
      index += 1
    }
    if case .broken = state { return false }
    return true
  }

  /// The table of RFC 3629 §4. Only the second byte of a character can have a range of its own.
  private static func state(afterLead byte: UInt8) -> State {
    switch byte {
    case 0xC2...0xDF: .insideCharacter(missing: 1, next: 0x80...0xBF)
    case 0xE0: .insideCharacter(missing: 2, next: 0xA0...0xBF)  // less would fit into two bytes
    case 0xED: .insideCharacter(missing: 2, next: 0x80...0x9F)  // more would be a surrogate of UTF-16
    case 0xE1...0xEF: .insideCharacter(missing: 2, next: 0x80...0xBF)
    case 0xF0: .insideCharacter(missing: 3, next: 0x90...0xBF)  // less would fit into three bytes
    case 0xF1...0xF3: .insideCharacter(missing: 3, next: 0x80...0xBF)
    case 0xF4: .insideCharacter(missing: 3, next: 0x80...0x8F)  // more would be above U+10FFFF
    default: .broken  // a byte that continues nothing, an overlong C0 or C1, or F5 and above
    }
  }

  /// The index of the first byte from `start` on that is not ASCII: most text is, so it is skipped 8 bytes a step.
  private static func endOfASCII(in bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    let words = bytes.bytes
    while index <= bytes.count - 8 {
      let word = words.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      guard word & 0x8080_8080_8080_8080 == 0 else { break }
      index += 8
    }
    while index < bytes.count, bytes[index] < 0x80 {
      index += 1
    }
    return index
  }
}
