/// The part of a file that a Range field asks for (RFC 9110 §14).
public enum ByteRange: Equatable, Sendable {
  /// There is nothing to honour: the whole file is the answer.
  case whole
  /// These bytes: 206.
  case part(Range<Int>)
  /// Nothing of it is in the file: 416.
  case unsatisfiable

  /// Reads `bytes=0-499`, `bytes=500-` or `bytes=-500` for a file of `size` bytes.
  ///
  /// A field that is malformed, in another unit, or asks for several ranges is ignored, as a server may
  /// (RFC 9110 §14.2): many small ranges cost more than the file.
  public init(_ field: String, size: Int) {
    let bytes = Array(field.utf8)
    guard bytes.prefix(6).equalsIgnoringCase("bytes=") else {
      self = .whole
      return
    }
    let range = bytes.dropFirst(6).split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard range.count == 2 else {
      self = .whole
      return
    }
    let first = range[0].decimalValue
    let last = range[1].decimalValue
    switch (first, last) {
    case (let first?, let last?) where first <= last:
      self = first < size ? .part(first..<min(last, size - 1) + 1) : .unsatisfiable
    case (let first?, nil) where range[1].isEmpty:
      self = first < size ? .part(first..<size) : .unsatisfiable
    case (nil, let length?) where range[0].isEmpty:
      // The last bytes of the file; all of it when it has fewer.
      self = length > 0 && size > 0 ? .part(max(0, size - length)..<size) : .unsatisfiable
    default:
      self = .whole
    }
  }
}
