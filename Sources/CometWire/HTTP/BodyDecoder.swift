// A request's body, put together from the bytes of the connection (RFC 9112 §6 and §7.1).

/// Collects one body. It never holds more than the limit: what is too large is refused by its length, or by the size
/// of a chunk, before any of its data is kept.
struct BodyDecoder: Sendable {
  private enum State {
    case counted(remaining: Int)
    case chunkSize(ChunkSize)
    case chunkData(remaining: Int)
    case chunkEnd(seenCR: Bool)
    case trailer(HeadScan, bytes: [UInt8])
    case complete
  }

  private(set) var body: [UInt8] = []
  private var state: State
  /// How long the lines with the sizes were so far: a small body must not arrive in a mountain of extensions.
  private var lineBytes = 0

  init(_ framing: BodyFraming) {
    state =
      switch framing {
      case .none: .complete
      case .length(let length): .counted(remaining: length)
      case .chunked: .chunkSize(ChunkSize())
      }
  }

  var isComplete: Bool {
    if case .complete = state { true } else { false }
  }

  /// Takes what belongs to the body from the front of `bytes` and says how much that was.
  mutating func consume(_ bytes: ArraySlice<UInt8>, _ limits: RequestLimits) throws(RequestError) -> Int {
    var rest = bytes
    while !rest.isEmpty {
      switch state {
      case .counted(let remaining):
        try checkRoom(for: remaining, limits)
        let left = keep(&rest, atMost: remaining)
        state = left == 0 ? .complete : .counted(remaining: left)

      case .chunkSize(var line):
        let before = rest.count
        let size = try line.consume(&rest)
        lineBytes += before - rest.count
        state = .chunkSize(line)
        // Chunks of one byte each, with a line of 3, are honest. Eight bytes of lines for each of the body are enough for
        // them, with as much as a head may have besides.
        guard lineBytes / 8 - body.count <= limits.headBytes / 8 else {
          throw RequestError(.badRequest, "There are more chunk extensions than body.")
        }
        guard let size else { continue }
        try checkRoom(for: size, limits)
        state = size == 0 ? .trailer(HeadScan(), bytes: []) : .chunkData(remaining: size)

      case .chunkData(let remaining):
        let left = keep(&rest, atMost: remaining)
        state = left == 0 ? .chunkEnd(seenCR: false) : .chunkData(remaining: left)

      case .chunkEnd(let seenCR):
        let byte = rest.removeFirst()
        guard byte == (seenCR ? .lf : .cr) else {
          throw RequestError(.badRequest, "A chunk's data must end in CR LF (RFC 9112 section 7.1).")
        }
        state = seenCR ? .chunkSize(ChunkSize()) : .chunkEnd(seenCR: true)

      case .trailer(let scan, let bytes):
        try consumeTrailer(&rest, scan: scan, bytes: bytes, limits)

      case .complete:
        return bytes.count - rest.count
      }
    }
    return bytes.count
  }

  private func checkRoom(for count: Int, _ limits: RequestLimits) throws(RequestError) {
    guard count <= limits.bodyBytes - body.count else {
      throw RequestError(.contentTooLarge, "A body may have \(limits.bodyBytes) bytes.")
    }
  }

  private mutating func keep(_ rest: inout ArraySlice<UInt8>, atMost remaining: Int) -> Int {
    let part = rest.prefix(remaining)
    body.append(contentsOf: part)
    rest = rest.dropFirst(part.count)
    return remaining - part.count
  }

  /// The trailer section has the form of a head without its first line (RFC 9112 §7.1.2). It is checked and
  /// dropped: merging it into the fields is how a client would slip them past the checks.
  private mutating func consumeTrailer(
    _ rest: inout ArraySlice<UInt8>, scan: HeadScan, bytes: [UInt8], _ limits: RequestLimits
  ) throws(RequestError) {
    // With a request line in front it has the form of a head.
    var scan = scan
    var head = bytes.isEmpty ? Array("POST / HTTP/1.1\r\n".utf8) : bytes
    let before = head.count
    head.append(contentsOf: rest.prefix(max(0, limits.headBytes)))
    guard let length = try scan.findEnd(in: head[...], limits: limits) else {
      rest = rest.dropFirst(head.count - before)
      state = .trailer(scan, bytes: head)
      return
    }
    rest = rest.dropFirst(length - before)
    _ = try HeadParser.parse(Array(head.prefix(length)), limits: limits)
    state = .complete
  }
}
