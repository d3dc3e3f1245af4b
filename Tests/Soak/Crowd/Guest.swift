// One guest's connection: it does what its visit says.

import Glibc

final class Guest {
  static let closeFrame: [UInt8] = [0x88, 0x80, 0, 0, 0, 0]

  let visit: Visit
  let descriptor: Int32
  let start: ContinuousClock.Instant
  private(set) var isGone = false
  private(set) var isLeaving = false
  /// What has come, at least its beginning.
  private(set) var begin: [UInt8] = []
  private var received = 0
  private var unsent: ArraySlice<UInt8>

  /// - Parameter number: spreads the guests over many addresses, so that ports do not run out.
  init(_ visit: Visit, number: Int, port: UInt16, now: ContinuousClock.Instant) throws(CrowdError) {
    self.visit = visit
    start = now
    unsent = visit.request[...]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    descriptor = socket(AF_INET, type, 0)
    guard descriptor >= 0 else { throw CrowdError("socket: errno \(errno)") }
    set(SOL_SOCKET, SO_REUSEADDR, Int32(1))
    set(Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, Int32(1))
    if !visit.reads { set(SOL_SOCKET, SO_RCVBUF, Int32(2048)) }
    let own = Self.call(Glibc.bind, descriptor, lastByte: UInt32(1 + number / 5000 % 250), port: 0)
    guard own == 0 else { throw CrowdError("bind: errno \(errno)") }
    let result = Self.call(Glibc.connect, descriptor, lastByte: 1, port: port)
    guard result == 0 || errno == EINPROGRESS else { throw CrowdError("connect: errno \(errno)") }
  }

  private func set<Value: BitwiseCopyable>(_ level: Int32, _ option: Int32, _ value: Value) {
    withUnsafeBytes(of: value) { _ = setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count)) }
  }

  /// With 127.0.0.N.
  private static func call(
    _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ descriptor: Int32, lastByte: UInt32,
    port: UInt16
  ) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = (127 << 24 | lastByte).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// The socket can be read or written.
  func ready(_ buffer: UnsafeMutableRawBufferPointer) throws(CrowdError) {
    send()
    while !isGone, visit.reads || isLeaving {
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count < 0, errno == EAGAIN { break }
      // The server may reset a connection whose bytes it does not want.
      guard count > 0 else { return try end(errno: count < 0 ? errno : 0) }
      if received < 512 { begin += buffer[..<min(count, 512)] }
      received += count
    }
    if case .bytes(let wanted) = visit.wait, received >= wanted { leave() }
  }

  private func send() {
    while !unsent.isEmpty {
      let count = unsent.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      // What the server does not take any more was not wanted: the answer is still read.
      guard count >= 0 else { return }
      unsent = unsent.dropFirst(count)
    }
  }

  private func end(errno code: Int32) throws(CrowdError) {
    if let answer = visit.answer, !begin.starts(with: answer.utf8) {
      let got = String(decoding: begin.prefix(80), as: UTF8.self).debugDescription
      throw CrowdError("who \(visit.name) got \(got), and then \(code == 0 ? "the end" : "errno \(code)")")
    }
    if case .bytes(let wanted) = visit.wait, received < wanted {
      throw CrowdError("who \(visit.name) was left after \(received) bytes")
    }
    close()
  }

  /// The time has come to look whether it wants to go.
  func look(at now: ContinuousClock.Instant) throws(CrowdError) {
    // Its descriptor may be somebody else's by now.
    guard !isGone else { return }
    if !isLeaving, case .pause(let time) = visit.wait, now - start >= .milliseconds(time) { leave() }
    guard isGone || now - start < .seconds(20) else {
      throw CrowdError("who \(visit.name) was kept waiting; it got \(received) bytes")
    }
  }

  private func leave() {
    guard !isLeaving else { return }
    isLeaving = true
    switch visit.leaving {
    case .close: close()
    case .reset:
      set(SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
      close()
    case .halfClose: shutdown(descriptor, Int32(SHUT_WR))
    case .closeFrame:
      unsent += Self.closeFrame
      send()
    }
  }

  func close() {
    guard !isGone else { return }
    isGone = true
    Glibc.close(descriptor)
  }
}

/// What a server has done wrong, or what kept the crowd from coming.
public struct CrowdError: Error, CustomStringConvertible {
  /// What happened.
  public let description: String

  init(_ description: String) { self.description = description }
}
