/// Reads an event stream as a browser's `EventSource` would, but never reconnects by itself.
///
/// ```swift
/// let stream = try await EventStreamClient(port: port, path: "/evt", lastEventID: "9")
/// let first = try await stream.next()
/// #expect(first.id == "10")
/// ```
public actor EventStreamClient {
  /// The connection, to close it or to leave it unread.
  public nonisolated let raw: RawClient
  /// The head of the answer.
  public nonisolated let head: RawHead
  private let body: RawHead.BodyLength
  private var parser: EventStreamParser
  private var events: [ServerEvent] = []
  private var taken = 0
  private var hasEnded = false

  /// Connects and asks for the stream; throws unless the answer is what a browser takes: 200 and `text/event-stream`.
  public init(
    port: Int, path: String, fields: KeyValuePairs<String, String> = [:], lastEventID: String? = nil,
    deadline: Duration = .patience, receiveBuffer: Int? = nil
  ) async throws {
    raw = try await RawClient(port: port, deadline: deadline, receiveBuffer: receiveBuffer)
    parser = EventStreamParser(lastEventID: lastEventID ?? "")
    var lines = ["GET \(path) HTTP/1.1", "Accept: text/event-stream"]
    if !fields.contains(where: { $0.key == "Host" }) { lines.append("Host: localhost:\(port)") }
    if let lastEventID { lines.append("Last-Event-ID: \(lastEventID)") }
    lines += fields.map { "\($0.key): \($0.value)" }
    try await raw.send(lines.joined(separator: "\r\n") + "\r\n\r\n")

    head = try await raw.head()
    body = try head.bodyLength()
    let type = head["Content-Type"]?.prefix { $0 != ";" }.lowercased()
    guard head.status == 200, type == "text/event-stream" else {
      let problem = ClientError.Problem.unexpected("the answer is \(head.status), \(type ?? "without a type")")
      throw ClientError(awaiting: "an event stream at \(path)", problem, received: Array(head.text.utf8))
    }
  }

  /// How many comment lines have come with what was read so far.
  public var comments: Int { parser.comments }
  /// The reconnection time that the stream has set, in milliseconds.
  public var retry: Int? { parser.retry }
  /// What a browser that lost this stream would send as `Last-Event-ID`.
  public var lastEventID: String { parser.lastEventID }

  /// Reads the next event; the end of the stream is an error.
  public func next(within limit: Duration? = nil) async throws -> ServerEvent {
    while events.isEmpty {
      guard try await readMore(within: limit) else { throw ClientError(awaiting: "an event", .ended(.finished)) }
    }
    return events.removeFirst()
  }

  /// Reads until one more comment has come; events before it are kept for ``next(within:)``.
  public func nextComment(within limit: Duration? = nil) async throws {
    let before = parser.comments
    while parser.comments == before {
      guard try await readMore(within: limit) else { throw ClientError(awaiting: "a comment", .ended(.finished)) }
    }
  }

  /// Reads until the server ends the stream in order; returns the events that were left.
  public func rest(within limit: Duration? = nil) async throws -> [ServerEvent] {
    while try await readMore(within: limit) {}
    defer { events = [] }
    return events
  }

  /// Leaves, as a page does that is closed.
  public func close() async { await raw.close() }

  /// Reads what comes next; `false` at the end of the body.
  private func readMore(within limit: Duration?) async throws -> Bool {
    guard !hasEnded else { return false }
    let bytes: [UInt8]?
    switch body {
    case .none: bytes = nil
    case .chunked: bytes = try await raw.nextChunk(within: limit)
    case .untilEnd: bytes = try await raw.receiveSome(within: limit)
    case .bytes(let count):
      bytes = taken < count ? try await raw.receiveSome(atMost: count - taken, within: limit) : nil
    }
    guard let bytes else {
      hasEnded = true
      return false
    }
    taken += bytes.count
    events += parser.feed(bytes)
    return true
  }
}
