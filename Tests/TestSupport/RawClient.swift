import Glibc

/// A TCP client that sends exactly the bytes of a test and returns exactly the bytes of the server.
///
/// It knows no protocol; the other files of this folder add HTTP, event streams and WebSockets. Every wait has a
/// deadline (`within:`, by default that of the client). What is received and not yet taken is kept for the next call.
/// One task may send while another one receives; two that receive at once would take each other's bytes.
///
/// ```swift
/// let client = try await RawClient(port: port)
/// try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
/// let head = try await client.receive(until: "\r\n\r\n")
/// ```
public actor RawClient {
  /// The port of the server.
  public nonisolated let port: Int
  private let deadline: Duration
  private let socket: Socket
  private var unread: [UInt8] = []
  private var end: End?

  /// Connects to a server on the loopback interface.
  ///
  /// A small `receiveBuffer` makes a slow reader: the server's writes stall as soon as the test stops to receive. (The
  /// system doubles the number and never goes below about 2 KiB.)
  public init(
    port: Int, host: String = "127.0.0.1", deadline: Duration = .patience, receiveBuffer: Int? = nil
  ) async throws {
    self.port = port
    self.deadline = deadline
    socket = try Socket(host: host, receiveBuffer: receiveBuffer)
    let awaited = "a connection to \(host) port \(port)"
    switch socket.connect(host: host, port: port) {
    case .done: break
    case .ended(let end): throw ClientError(awaiting: awaited, .ended(end))
    case .failed(let problem): throw ClientError(awaiting: awaited, problem)
    case .notNow:
      try await wait(for: POLLOUT, Wait(awaited, deadline))
      let code = socket.connectionError()
      guard code == 0 else { throw ClientError(awaiting: awaited, .system(call: "connect", errno: code)) }
    }
  }

  // MARK: Sending

  /// Sends all of the bytes.
  public func send(_ bytes: [UInt8], within limit: Duration? = nil) async throws {
    let wait = Wait("room to send \(bytes.count) bytes", limit ?? deadline)
    var rest = bytes[...]
    while !rest.isEmpty {
      guard socket.descriptor >= 0 else { throw error(wait, .closedHere) }
      switch socket.send(rest) {
      case .done(let count): rest = rest.dropFirst(count)
      case .notNow: try await self.wait(for: POLLOUT, wait)
      case .ended(let end): throw error(wait, .ended(end))
      case .failed(let problem): throw error(wait, problem)
      }
    }
  }

  /// Sends the text in UTF-8.
  public func send(_ text: String, within limit: Duration? = nil) async throws {
    try await send(Array(text.utf8), within: limit)
  }

  /// Sends each byte in a packet of its own, so that a parser meets every possible boundary.
  ///
  /// The pause lets the server read each byte alone; it paces the sender, nothing depends on it.
  public func sendByteByByte(_ bytes: [UInt8], pause: Duration = .microseconds(100)) async throws {
    for byte in bytes {
      try await send([byte])
      try await Task.sleep(for: pause)
    }
  }

  /// Sends each byte of the text in a packet of its own.
  public func sendByteByByte(_ text: String, pause: Duration = .microseconds(100)) async throws {
    try await sendByteByByte(Array(text.utf8), pause: pause)
  }

  // MARK: Receiving

  /// Reads until the pattern was seen; returns everything up to its end.
  public func receive(until pattern: [UInt8], within limit: Duration? = nil) async throws -> [UInt8] {
    let wait = Wait("the bytes \(pattern.text.debugDescription)", limit ?? deadline)
    var start = 0
    while true {
      if let found = unread[start...].place(of: pattern) { return take(found.upperBound) }
      start = max(0, unread.count - pattern.count + 1)
      try await receiveMore(wait)
    }
  }

  /// Reads until the text was seen; returns everything up to its end.
  public func receive(until text: String, within limit: Duration? = nil) async throws -> String {
    try await receive(until: Array(text.utf8), within: limit).text
  }

  /// Reads exactly as many bytes.
  public func receive(count: Int, within limit: Duration? = nil) async throws -> [UInt8] {
    let wait = Wait("\(count) bytes", limit ?? deadline)
    while unread.count < count { try await receiveMore(wait) }
    return take(count)
  }

  /// Reads what comes next, at least one byte and at most `count`; `nil` when the peer has ended its side in order.
  public func receiveSome(atMost count: Int = .max, within limit: Duration? = nil) async throws -> [UInt8]? {
    let wait = Wait("some bytes", limit ?? deadline)
    while unread.isEmpty {
      switch try await receiveMoreOrEnd(wait) {
      case nil: continue
      case .finished: return nil
      case .reset: throw error(wait, .ended(.reset))
      }
    }
    return take(min(count, unread.count))
  }

  /// Reads until the peer ends the connection; says how it did.
  public func receiveToEnd(within limit: Duration? = nil) async throws -> (bytes: [UInt8], end: End) {
    let wait = Wait("the end of the connection", limit ?? deadline)
    while true {
      if let end = try await receiveMoreOrEnd(wait) { return (take(unread.count), end) }
    }
  }

  /// Checks that the connection stays open, and silent, for a while: the one wait that hopes for its deadline.
  public func expectOpen(for duration: Duration = .milliseconds(50)) async throws {
    let wait = Wait("an open connection without a byte for \(duration)", duration)
    guard unread.isEmpty else { throw error(wait, .unexpected("bytes came")) }
    do {
      try await receiveMore(wait)
    } catch let failure as ClientError where failure.problem == .deadline(duration) {
      return
    }
    throw error(wait, .unexpected("bytes came"))
  }

  // MARK: Ending

  /// Ends the sending side only (FIN), as `nc -N` does; the answer can still be read.
  public func halfClose() { socket.shutDownWriting() }

  /// Aborts the connection (RST), as a program that crashes may do.
  public func reset() { socket.close(aborting: true) }

  /// Closes the connection.
  public func close() { socket.close() }

  // MARK: Waiting

  /// What is awaited, and until when.
  private struct Wait {
    let awaited: String
    let limit: Duration
    let deadline: ContinuousClock.Instant

    init(_ awaited: String, _ limit: Duration) {
      self.awaited = awaited
      self.limit = limit
      deadline = .now + limit
    }
  }

  private func error(_ wait: Wait, _ problem: ClientError.Problem) -> ClientError {
    ClientError(awaiting: wait.awaited, problem, received: unread)
  }

  private func take(_ count: Int) -> [UInt8] {
    defer { unread.removeFirst(count) }
    return Array(unread.prefix(count))
  }

  private func receiveMore(_ wait: Wait) async throws {
    if let end = try await receiveMoreOrEnd(wait) { throw error(wait, .ended(end)) }
  }

  /// Adds at least one byte to `unread`, or returns how the peer ended the connection.
  private func receiveMoreOrEnd(_ wait: Wait) async throws -> End? {
    while end == nil {
      guard socket.descriptor >= 0 else { throw error(wait, .closedHere) }
      switch socket.receive() {
      case .done(let bytes):
        unread += bytes
        return nil
      case .notNow: try await self.wait(for: POLLIN, wait)
      case .ended(let end): self.end = end
      case .failed(let problem): throw error(wait, problem)
      }
    }
    return end
  }

  private func wait(for events: Int32, _ wait: Wait) async throws {
    guard socket.descriptor >= 0 else { throw error(wait, .closedHere) }
    switch await Poller.shared.wait(for: events, on: socket.descriptor, until: wait.deadline) {
    case .ready: return
    case .deadlinePassed: throw error(wait, .deadline(wait.limit))
    case .cancelled: throw error(wait, .closedHere)
    }
  }
}
