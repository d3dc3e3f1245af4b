// Requests out of bytes, in whatever pieces the bytes come.
//
//   append(bytes) … nextHead() → head … nextBody() → body … nextHead() …
//
// Every byte is looked at once while a head is incomplete, so that a client that sends one byte at a time costs
// what it sends. Between two requests the parser holds no buffer.

/// Reads requests one after the other. After an error it must not be used again: where the next request would
/// begin is not known.
public struct HTTPRequestParser: Sendable {
  /// How far an incomplete request has come. On the heap, since most connections are between two requests.
  private indirect enum Progress {
    /// What the search for the end of the head has seen.
    case head(HeadScan)
    case body(BodyDecoder)
    /// The head of a HEAD request could not be read.
    case refusedHEAD
  }

  private var buffer: [UInt8] = []
  /// Where the unread part of `buffer` begins.
  private var start = 0
  private var progress: Progress?

  /// A parser at the beginning of a connection.
  public init() {}

  /// Whether bytes wait that belong to no request returned so far.
  public var hasBytes: Bool { start < buffer.count }

  /// Adds what has arrived.
  public mutating func append(_ bytes: [UInt8]) {
    if start == buffer.count {
      buffer = bytes
      start = 0
    } else {
      // A client that always begins the next request in the same write never lets the buffer run empty.
      if start > buffer.count / 2 {
        buffer.removeFirst(start)
        start = 0
      }
      buffer.append(contentsOf: bytes)
    }
  }

  /// Whether part of the next head has come; an empty line before it does not count.
  public var hasBegunHead: Bool {
    if case .head(let scan) = progress { scan.hasBegun } else { false }
  }

  /// Whether what ``nextHead(_:)`` refused was a HEAD request: its answer has no content either (RFC 9110 §9.3.2).
  public var hasRefusedHEAD: Bool {
    if case .refusedHEAD = progress { true } else { false }
  }

  /// The bytes of heap that the parser holds for what has arrived.
  var heldCapacity: Int { buffer.capacity }

  /// The next request's head; nil when it is not complete yet. The body of the one before must have been read.
  public mutating func nextHead(_ limits: RequestLimits = RequestLimits()) throws(RequestError) -> RequestHead? {
    guard hasBytes else { return nil }
    // Behind the empty line that may come first.
    let asksForHead = buffer[start...].drop { $0 == .cr || $0 == .lf }.starts(with: "HEAD ".utf8)
    do throws(RequestError) {
      return try readHead(limits)
    } catch {
      progress = asksForHead ? .refusedHEAD : nil
      throw error
    }
  }

  private mutating func readHead(_ limits: RequestLimits) throws(RequestError) -> RequestHead? {
    var scan = HeadScan()
    if case .head(let begun) = progress { scan = begun }
    guard let length = try scan.findEnd(in: buffer[start...], limits: limits) else {
      progress = .head(scan)
      return nil
    }
    progress = nil
    let head = try RequestHead(bytes: take(length), limits: limits)
    if head.framing != .none { progress = .body(BodyDecoder(head.framing)) }
    return head
  }

  /// The body that belongs to the last head, whole; nil when it is not complete yet.
  public mutating func nextBody(_ limits: RequestLimits = RequestLimits()) throws(RequestError) -> [UInt8]? {
    guard case .body(var decoder) = progress else { return [] }
    // Taken out while it works, so that its buffer is not copied.
    progress = nil
    start += try decoder.consume(buffer[start...], limits)
    release()
    guard decoder.isComplete else {
      progress = .body(decoder)
      return nil
    }
    return decoder.body
  }

  /// Everything that has arrived and belongs to no request: what follows an upgrade.
  public mutating func takeRest() -> [UInt8] {
    take(buffer.count - start)
  }

  /// Bytes from the front; usually they are all there are, and then nothing is copied.
  private mutating func take(_ count: Int) -> [UInt8] {
    if start == 0, count == buffer.count {
      let bytes = buffer
      buffer = []
      return bytes
    }
    let bytes = Array(buffer[start..<start + count])
    start += count
    release()
    return bytes
  }

  /// Gives the buffer back when all of it has been read.
  private mutating func release() {
    guard start == buffer.count else { return }
    buffer = []
    start = 0
  }
}
