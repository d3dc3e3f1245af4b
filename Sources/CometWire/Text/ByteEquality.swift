// Texts from outside are compared by their bytes. `==`, and whatever else of `String` goes by `Character`, compares
// what they mean: two spellings of one character are equal to Swift and not to other readers, and for a long run of
// combining marks, which have to be put in order first, it takes time by the square of its length: 30 seconds for 1
// MiB.

import func Glibc.memcmp

extension String {
  /// Whether two texts consist of the same bytes in UTF-8. For what a client has sent, in the place of `==`.
  public func isExactly(_ other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    // Byte by byte it takes ten times as long, and the texts of a whole history may be looked at.
    let isSame = utf8.withContiguousStorageIfAvailable { mine in
      other.utf8.withContiguousStorageIfAvailable { others in
        guard let mine = mine.baseAddress, let start = others.baseAddress else { return true }
        return memcmp(mine, start, others.count) == 0
      }
    }
    return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }
}

extension Collection<UInt8> {
  /// Compares letters of ASCII without regard to their case.
  public func equalsIgnoringCase(_ text: String) -> Bool {
    count == text.utf8.count && elementsEqual(text.utf8) { $0.lowercased == $1.lowercased }
  }
}
