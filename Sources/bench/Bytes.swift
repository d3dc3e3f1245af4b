// Reading in a buffer without copies.

extension UnsafeRawBufferPointer {
  /// Takes at most so many bytes off the front; nil when there are none.
  mutating func take(_ most: Int) -> UnsafeRawBufferPointer? {
    guard !isEmpty else { return nil }
    let count = Swift.min(most, self.count)
    let piece = UnsafeRawBufferPointer(rebasing: self[..<count])
    self = UnsafeRawBufferPointer(rebasing: self[count...])
    return piece
  }

  /// A line without the CR at its end.
  var withoutReturn: UnsafeRawBufferPointer {
    last == 13 ? UnsafeRawBufferPointer(rebasing: dropLast()) : self
  }

  /// What follows on a header line that begins so, in any case.
  ///
  /// - Parameter name: in lower case, with its colon.
  func value(ofField name: StaticString) -> Slice<UnsafeRawBufferPointer>? {
    let length = name.utf8CodeUnitCount
    guard count > length else { return nil }
    // Letters differ from their capitals in this bit; `-` and `:` have it already.
    for index in 0..<length where self[index] | 0x20 != name.utf8Start[index] { return nil }
    return self[length...]
  }
}

extension Int {
  /// A decimal number, spaces around it allowed.
  init?(_ digits: Slice<UnsafeRawBufferPointer>) {
    self.init(String(decoding: digits, as: UTF8.self).filter { $0 != " " })
  }

  /// The number at the start of a chunk's first line; an extension may follow it (RFC 9112 §7.1.1).
  init?(hexadecimal line: UnsafeRawBufferPointer) {
    var (value, count) = (0, 0)
    loop: for byte in line {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | Int(byte & 0xF)
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
        value = value << 4 | Int(byte & 0xF) + 9
      default: break loop
      }
      count += 1
      guard count <= 8 else { return nil }
    }
    guard count > 0 else { return nil }
    self = value
  }
}
