// One connection to the server, on a non-blocking socket.

import Glibc

final class Link {
  /// The place of the link among those of its client.
  let index: Int
  let descriptor: Int32
  /// What the kernel has not taken yet.
  private var waiting: [UInt8] = []
  private var sent = 0
  private var isClosed = false

  /// Begins to connect. What is sent before it is connected waits.
  ///
  /// - Parameter number: how many links there were before this one, as far as they may still have their ports.
  init(index: Int, number: Int, port: UInt16) throws {
    self.index = index
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else {
      throw errno == EMFILE
        ? Failure("no more open files are allowed; raise the limit (ulimit -Hn) or lower --connections")
        : Failure.system("socket")
    }
    set(Int32(IPPROTO_TCP), TCP_NODELAY)
    // An address of its own for some thousand connections each, so that ports do not run short. With this option
    // the port is chosen by `connect`, which may take one that is in use towards another server.
    set(Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT)
    var source = Self.address(lastByte: UInt32(1 + number / 5000 % 250), port: 0)
    var server = Self.address(lastByte: 1, port: port)
    guard Self.call(&source, { bind(descriptor, $0, $1) }) == 0 else { throw Failure.system("bind") }
    guard Self.call(&server, { connect(descriptor, $0, $1) }) == 0 || errno == EINPROGRESS else {
      throw Failure.connection(errno)
    }
  }

  deinit { close() }

  private func set(_ level: Int32, _ option: Int32) {
    var on: Int32 = 1
    setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  /// 127.0.0.N
  private static func address(lastByte: UInt32, port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = (127 << 24 | lastByte).bigEndian
    return address
  }

  private static func call(
    _ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }

  /// Sends bytes, behind those that wait.
  func send(_ bytes: UnsafeRawBufferPointer) throws {
    if waiting.isEmpty {
      let count = try write(bytes)
      if count < bytes.count { waiting.append(contentsOf: bytes[count...]) }
    } else {
      waiting.append(contentsOf: bytes)
    }
  }

  func send(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try send($0) } }

  /// Sends what waits, as far as the kernel takes it.
  func flush() throws {
    guard !waiting.isEmpty else { return }
    sent += try waiting.withUnsafeBytes { try write(UnsafeRawBufferPointer(rebasing: $0[sent...])) }
    if sent == waiting.count {
      waiting.removeAll(keepingCapacity: true)
      sent = 0
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws -> Int {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      if count < 0 {
        if errno == EAGAIN { break }
        if errno == EINTR { continue }
        throw Failure.connection(errno)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return bytes.count - rest.count
  }

  /// Reads what has come: nil when nothing has, 0 when the server has closed the connection.
  func receive(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int? {
    while true {
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count >= 0 { return count }
      if errno == EAGAIN { return nil }
      guard errno == EINTR else { throw Failure.connection(errno) }
    }
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    Glibc.close(descriptor)
  }
}

extension Failure {
  /// A connection that failed.
  static func connection(_ code: Int32) -> Failure {
    switch code {
    case ECONNREFUSED: Failure("the server refused a connection")
    case ECONNRESET, EPIPE: Failure("the server broke a connection")
    default: Failure("a connection failed: \(String(cString: strerror(code)))")
    }
  }
}
