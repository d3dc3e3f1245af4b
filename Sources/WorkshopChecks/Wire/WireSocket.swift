// A TCP client that waits in poll(2), always with a deadline. It keeps a record of every byte.

import Glibc

final class WireSocket {
  /// What a wait for bytes has come to.
  enum Arrival {
    case bytes
    /// The peer has ended the connection: in order, or by a reset.
    case end(isReset: Bool)
    case silence
  }

  /// More than any exercise asks for. A server that sends more floods us.
  static let receiveLimit = 4 << 20

  /// What has come and was not yet taken.
  private(set) var unread: [UInt8] = []
  private var descriptor: Int32
  private let transcript: Transcript.Connection
  private var received = 0
  private var end: Arrival?

  init(_ target: Target, by deadline: ContinuousClock.Instant, transcript: Transcript) throws {
    self.transcript = transcript.connection()
    descriptor = -1
    var problem = "the name \(target.host) is not known"
    for address in HostAddress.all(host: target.host, port: target.port) {
      switch Self.connect(to: address, by: deadline) {
      case .success(let connected):
        descriptor = connected
        return
      case .failure(let error):
        problem = error.text
      }
    }
    throw Fault(
      expected: "a server that listens on \(target.authority)", got: "No connection: \(problem).", .unreachable)
  }

  deinit { close() }

  private struct ConnectError: Error { let text: String }

  private static func connect(
    to address: HostAddress, by deadline: ContinuousClock.Instant
  ) -> Result<Int32, ConnectError> {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.family, type, 0)
    guard descriptor >= 0 else { return .failure(ConnectError(text: message(errno))) }
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    var code = address.withSockaddr { Glibc.connect(descriptor, $0, $1) } == 0 ? 0 : errno
    if code == EINPROGRESS {
      if wait(descriptor, for: POLLOUT, until: deadline) {
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
      } else {
        code = ETIMEDOUT
      }
    }
    guard code == 0 else {
      Glibc.close(descriptor)
      return .failure(ConnectError(text: message(code)))
    }
    return .success(descriptor)
  }

  // MARK: Sending

  /// Sends all of the bytes. A peer that has closed is no fault here: what it has answered is still to be read.
  func send(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) throws {
    transcript.didSend(bytes)
    var rest = bytes[...]
    while !rest.isEmpty, descriptor >= 0 {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        // A server that writes before it has read everything must not wait for us while we wait for it.
        let events = end == nil ? POLLOUT | POLLIN : POLLOUT
        guard ContinuousClock.now < deadline, Self.wait(descriptor, for: events, until: deadline) else {
          throw Fault(expected: "a server that reads what it is sent", got: "It stopped reading.", .silent)
        }
        _ = try receiveNow()
      } else if errno != EINTR {
        return
      }
    }
  }

  // MARK: Receiving

  /// Waits for more bytes, which are added to ``unread``.
  func receive(by deadline: ContinuousClock.Instant) throws -> Arrival {
    // The deadline holds also for a server that never stops to send.
    while ContinuousClock.now < deadline {
      if let arrival = try receiveNow() { return arrival }
      guard Self.wait(descriptor, for: POLLIN, until: deadline) else { break }
    }
    return .silence
  }

  /// Takes what has come, up to `count` bytes.
  func take(_ count: Int) -> [UInt8] {
    defer { unread.removeFirst(min(count, unread.count)) }
    return Array(unread.prefix(count))
  }

  private func receiveNow() throws -> Arrival? {
    if let end { return end }
    guard descriptor >= 0 else { return .end(isReset: false) }
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, initialized in
      repeat { count = recv(descriptor, buffer.baseAddress, buffer.count, 0) } while count < 0 && errno == EINTR
      initialized = max(0, count)
    }
    if count < 0, errno == EAGAIN { return nil }
    if count <= 0 {
      let arrival = Arrival.end(isReset: count < 0)
      end = arrival
      return arrival
    }
    transcript.didReceive(bytes)
    received += count
    guard received <= Self.receiveLimit else {
      close()
      throw Fault(
        expected: "no more than the exercise asks for",
        got: "More than \(Self.receiveLimit >> 20) MiB came on one connection, and no end.")
    }
    unread += bytes
    return .bytes
  }

  // MARK: Ending

  func close() {
    guard descriptor >= 0 else { return }
    Glibc.close(descriptor)
    descriptor = -1
  }

  // MARK: Waiting

  private static func wait(_ descriptor: Int32, for events: Int32, until deadline: ContinuousClock.Instant) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
    while true {
      let left = milliseconds(until: deadline)
      let count = poll(&entry, 1, left)
      if count > 0 { return true }
      if count == 0, ContinuousClock.now >= deadline { return false }
      if count < 0, errno != EINTR { return false }
    }
  }

  static func sleep(until deadline: ContinuousClock.Instant) {
    while ContinuousClock.now < deadline { _ = poll(nil, 0, milliseconds(until: deadline)) }
  }

  /// Rounded up, so that a wait does not end before its deadline.
  private static func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
    let left = max(.zero, deadline - .now).components
    return Int32(clamping: left.seconds * 1000 + (left.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  private static func message(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }
}
