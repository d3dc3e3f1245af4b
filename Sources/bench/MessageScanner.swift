/// Finds the numbers of messages in what a subscriber gets, whatever surrounds their JSON: `"id":7`.
///
/// It keeps its place between two reads, and copies nothing.
struct MessageScanner {
  private static let key = Array("\"id\":".utf8)

  private var matched = 0
  private var number = 0

  /// The next number, taken with all before it off the front of `bytes`; nil when more bytes must come first.
  mutating func next(_ bytes: inout UnsafeRawBufferPointer) -> Int? {
    let key = Self.key
    for (index, byte) in bytes.enumerated() {
      if matched < key.count {
        // In JSON the quote that ends a name never begins the next, so a failed match begins anew.
        matched = byte == key[matched] ? matched + 1 : (byte == key[0] ? 1 : 0)
      } else if byte >= 48, byte <= 57 {
        number = number &* 10 &+ Int(byte & 0xF)
      } else if byte != 32 || number > 0 {
        defer { (matched, number) = (0, 0) }
        bytes = UnsafeRawBufferPointer(rebasing: bytes[index...])
        return number
      }
    }
    bytes = UnsafeRawBufferPointer(rebasing: bytes[bytes.endIndex...])
    return nil
  }
}
