import Glibc

/// One TCP socket of a client: the calls of the system, non-blocking, and nothing else.
///
/// It belongs to a ``RawClient``, whose actor keeps its calls in order.
final class Socket {
  /// The result of a call that does not wait.
  enum Attempt<Value> {
    case done(Value)
    case notNow
    case ended(End)
    case failed(ClientError.Problem)
  }

  private(set) var descriptor: Int32

  /// Makes a socket for an address of the loopback interface, IPv4 or IPv6.
  init(host: String, receiveBuffer: Int?) throws(ClientError) {
    let family = host.contains(":") ? AF_INET6 : AF_INET
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    descriptor = socket(family, type, 0)
    guard descriptor >= 0 else {
      throw ClientError(awaiting: "a new socket", .system(call: "socket", errno: errno))
    }
    setOption(level: Int32(IPPROTO_TCP), TCP_NODELAY, to: Int32(1))
    if let receiveBuffer { setOption(level: SOL_SOCKET, SO_RCVBUF, to: Int32(receiveBuffer)) }
  }

  deinit { close() }

  /// Starts to connect. `.notNow` means: wait until the socket can be written, then ask ``connectionError()``.
  func connect(host: String, port: Int) -> Attempt<Void> {
    let valid: Bool
    let result: Int32
    if host.contains(":") {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = in_port_t(port).bigEndian
      valid = inet_pton(AF_INET6, host, &address.sin6_addr) == 1
      result = valid ? connect(to: &address) : -1
    } else {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(port).bigEndian
      valid = inet_pton(AF_INET, host, &address.sin_addr) == 1
      result = valid ? connect(to: &address) : -1
    }
    guard valid else { return .failed(.unexpected("\(host) is no IP address")) }
    if result == 0 { return .done(()) }
    return errno == EINPROGRESS ? .notNow : .failed(.system(call: "connect", errno: errno))
  }

  private func connect<Address>(to address: inout Address) -> Int32 {
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
  }

  /// The `errno` of an attempt to connect that has ended; 0 when it succeeded.
  func connectionError() -> Int32 {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno
  }

  /// Sends what the system takes at once.
  func send(_ bytes: ArraySlice<UInt8>) -> Attempt<Int> {
    let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    return attempt("send", count)
  }

  /// Reads what is there, at most 64 KiB.
  func receive() -> Attempt<[UInt8]> {
    var problem: Attempt<Int> = .notNow
    let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
      problem = attempt("recv", recv(descriptor, buffer.baseAddress, buffer.count, 0))
      if case .done(let received) = problem { count = received }
    }
    return switch problem {
    case .done: bytes.isEmpty ? .ended(.finished) : .done(bytes)
    case .notNow: .notNow
    case .ended(let end): .ended(end)
    case .failed(let problem): .failed(problem)
    }
  }

  private func attempt(_ call: String, _ result: Int) -> Attempt<Int> {
    if result >= 0 { return .done(result) }
    return switch errno {
    case EAGAIN, EINTR: .notNow
    case ECONNRESET, EPIPE: .ended(.reset)
    default: .failed(.system(call: call, errno: errno))
    }
  }

  /// Ends this side in order (FIN); the other side can still be read.
  func shutDownWriting() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

  /// Closes; with `aborting` the peer gets RST instead of FIN.
  func close(aborting: Bool = false) {
    guard descriptor >= 0 else { return }
    if aborting { setOption(level: SOL_SOCKET, SO_LINGER, to: linger(l_onoff: 1, l_linger: 0)) }
    Poller.shared.forget(descriptor)
    _ = Glibc.close(descriptor)
    descriptor = -1
  }

  private func setOption<Value: BitwiseCopyable>(level: Int32, _ option: Int32, to value: Value) {
    withUnsafeBytes(of: value) { _ = setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count)) }
  }
}
