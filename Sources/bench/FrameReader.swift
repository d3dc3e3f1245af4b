/// The WebSocket frames that a server sends, in pieces as they come (RFC 6455 §5.2).
struct FrameReader {
  enum Part {
    /// Some of the payload of a text or binary message. Valid as long as the bytes that it was found in.
    case payload(UnsafeRawBufferPointer)
    /// The message is complete; it had so many bytes.
    case end(Int)
  }

  /// The first bytes of a frame, as long as they are not all there.
  private var header: [UInt8] = []
  private var left: Int?
  private var isControl = false
  private var isLast = false
  private var total = 0

  init() { header.reserveCapacity(10) }

  /// The next part, taken off the front of `bytes`; nil when more bytes must come first.
  ///
  /// Control frames are left out, except for a close, which is an error: nobody has asked for it.
  mutating func next(_ bytes: inout UnsafeRawBufferPointer) throws(Failure) -> Part? {
    while true {
      guard let left else {
        guard try readHeader(&bytes) else { return nil }
        continue
      }
      if left > 0 {
        guard let piece = bytes.take(left) else { return nil }
        self.left = left - piece.count
        if !isControl { return .payload(piece) }
      } else {
        self.left = nil
        if !isControl, isLast {
          defer { total = 0 }
          return .end(total)
        }
      }
    }
  }

  private mutating func readHeader(_ bytes: inout UnsafeRawBufferPointer) throws(Failure) -> Bool {
    while header.count < headerLength {
      guard let piece = bytes.take(headerLength - header.count) else { return false }
      header.append(contentsOf: piece)
    }
    let (opcode, code) = (header[0] & 0x0F, header[1] & 0x7F)
    guard header[1] & 0x80 == 0 else { throw Failure("the server sent a masked frame (RFC 6455 section 5.1)") }
    guard opcode != 8 else { throw Failure("the server closed a WebSocket") }
    isControl = opcode & 0x8 != 0
    if !isControl { isLast = header[0] & 0x80 != 0 }
    let length = code < 126 ? Int(code) : header[2...].reduce(0) { $0 << 8 | Int($1) }
    guard (0...(1 << 30)).contains(length) else { throw Failure("the server sent a frame of \(length) bytes") }
    if !isControl { total += length }
    left = length
    header.removeAll(keepingCapacity: true)
    return true
  }

  /// How long the header is, as far as its bytes tell so far.
  private var headerLength: Int {
    guard header.count >= 2 else { return 2 }
    return switch header[1] & 0x7F {
    case 126: 4
    case 127: 10
    default: 2
    }
  }
}
