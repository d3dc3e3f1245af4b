// Requests and their bodies.

extension FuzzTarget {
  /// Small, so that short inputs reach them.
  private static let limits: RequestLimits = {
    var limits = RequestLimits()
    limits.targetBytes = 60
    limits.headBytes = 300
    limits.fieldCount = 8
    limits.bodyBytes = 40
    return limits
  }()

  /// A connection's requests, one after the other.
  static let http = FuzzTarget("http") { input throws(BrokenProperty) in
    let whole = ReadRequests([input], limits: limits)
    let pieces = ReadRequests(Pieces(input), limits: limits)
    try require(whole == pieces, "pieces are read as the whole is: \(pieces) for \(whole)")
    if let failure = whole.failure {
      try require([400, 413, 414, 417, 431, 501, 505].contains(failure), "\(failure) is a known answer")
    }
    var bodySize = 0
    for request in whole.requests {
      let head = request.head
      bodySize += request.body.count
      try require(request.body.count <= limits.bodyBytes, "a body keeps to its limit")
      try require(head.fields.count <= limits.fieldCount, "the fields keep to their limit")
      let target = head.target.path.utf8.count + (head.target.query?.utf8.count ?? 0)
      try require(target <= limits.targetBytes, "the target keeps to its limit")
      // Nothing can hide between two readings.
      let again = ReadRequests([request.bytes], limits: RequestLimits())
      try require(again.requests == [request], "\(request) is read again as itself, not as \(again)")
      try require(!again.isWaiting, "\(request) ends where it was written to end")
    }
    try require(bodySize <= input.count, "bodies are made of the input")
    return whole.failure == nil && !whole.requests.isEmpty
  }

  /// A body in chunks.
  static let chunked = FuzzTarget("chunked") { input throws(BrokenProperty) in
    let whole = ReadBody([input], limits: limits)
    let pieces = ReadBody(Pieces(input), limits: limits)
    try require(whole == pieces, "pieces are read as the whole is: \(pieces) for \(whole)")
    try require(whole.body.count <= limits.bodyBytes, "the body keeps to its limit")
    try require(whole.used <= input.count && whole.body.count <= input.count, "the body is made of the input")
    guard whole.isComplete else { return false }
    let written = Pieces(whole.body).flatMap(ChunkEncoder.chunk) + ChunkEncoder.last
    let again = ReadBody(Pieces(written + input), limits: RequestLimits())
    try require(again.isComplete && again.body == whole.body, "the body is read again as itself")
    try require(again.used == written.count, "the body ends where it was written to end")
    return true
  }
}

/// All that a parser makes of some bytes.
private struct ReadRequests: Equatable {
  var requests: [ReadRequest] = []
  /// The status that answers what could not be read.
  var failure: Int?
  /// Whether a request has begun and is not complete.
  var isWaiting = false

  init(_ pieces: some Sequence<[UInt8]>, limits: RequestLimits) {
    var parser = HTTPRequestParser()
    var head: RequestHead?
    do throws(RequestError) {
      for piece in pieces {
        parser.append(piece)
        while true {
          if head == nil { head = try parser.nextHead(limits) }
          guard let read = head, let body = try parser.nextBody(limits) else { break }
          requests.append(ReadRequest(head: read, body: body))
          head = nil
        }
      }
      isWaiting = head != nil || parser.hasBytes
    } catch {
      failure = error.status.code
    }
  }
}

private struct ReadRequest: Equatable, CustomStringConvertible {
  let head: RequestHead
  let body: [UInt8]

  /// The request as a client would write it that means just this.
  var bytes: [UInt8] {
    let query = head.target.query.map { "?" + $0 } ?? ""
    let target =
      switch head.target.form {
      case .origin: head.target.path + query
      case .asterisk: "*"
      case .absolute(let authority): "http://" + authority.written + head.target.path + query
      }
    var bytes = Array("\(head.method.rawValue) \(target) HTTP/1.\(head.version == .http11 ? 1 : 0)\r\n".utf8)
    head.fields.serialize(into: &bytes)
    bytes += [.cr, .lf]
    return bytes + (head.framing == .chunked ? ChunkEncoder.chunk(body) + ChunkEncoder.last : body)
  }

  var description: String { String(decoding: bytes, as: UTF8.self).debugDescription }

  static func == (one: ReadRequest, other: ReadRequest) -> Bool {
    let (a, b) = (one.head, other.head)
    return a.method == b.method && a.target == b.target && a.version == b.version && a.host == b.host
      && a.framing == b.framing && a.expectsContinue == b.expectsContinue && a.isPersistent == b.isPersistent
      && a.fields.count == b.fields.count && one.bytes == other.bytes && one.body == other.body
  }
}

private struct ReadBody: Equatable {
  var body: [UInt8] = []
  var isComplete = false
  var failure: Int?
  /// How many bytes belong to the body.
  var used = 0

  init(_ pieces: some Sequence<[UInt8]>, limits: RequestLimits) {
    var decoder = BodyDecoder(.chunked)
    do throws(RequestError) {
      for piece in pieces where !decoder.isComplete { used += try decoder.consume(piece[...], limits) }
      body = decoder.body
      isComplete = decoder.isComplete
    } catch {
      // What was kept before a failure is never seen, and how much was used depends on the pieces.
      used = 0
      failure = error.status.code
    }
  }
}
