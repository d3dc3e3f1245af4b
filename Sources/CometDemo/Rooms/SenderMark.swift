// A message that is sent again, because its answer was lost, is known by the mark that its sender has given it.

/// A sender's mark, and what was sent with it.
struct SenderMark: Sendable {
  /// As the sender wrote it.
  let text: String
  /// Of all that was sent with it: long messages are not compared only to find that they differ.
  private let digest: Int

  init(_ text: String, of parts: String...) {
    self.text = text
    var hasher = Hasher()
    for var part in parts {
      // By bytes, and with where each part ends: a String would be hashed by its characters, which takes longer.
      part.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
      hasher.combine(part.utf8.count)
    }
    digest = hasher.finalize()
  }

  /// Whether it is the same mark for the same message, as far as anybody can bring about.
  func isSame(as other: SenderMark) -> Bool {
    digest == other.digest && text.isExactly(other.text)
  }
}
