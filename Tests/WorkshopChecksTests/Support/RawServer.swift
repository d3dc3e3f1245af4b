import Glibc
import Synchronization

/// A server that knows no protocol: a thread for each connection, and a handler that reads and writes bytes.
final class RawServer: Sendable {
  let port: Int
  private let listener: Int32
  private let isStopped = Atomic(false)

  /// Listens on a free port of the loopback interface until ``stop()``.
  init(_ handler: @escaping @Sendable (RawPeer) -> Void) {
    let (listener, port) = Self.bound()
    precondition(listen(listener, 128) == 0, "no listener for a test's server")
    (self.listener, self.port) = (listener, port)
    detach { [self] in
      while !isStopped.load(ordering: .relaxed) {
        var entry = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 50) > 0 else { continue }
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { continue }
        // A program that another test starts would keep the connection open when this server has closed it.
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        detach {
          let peer = RawPeer(connection)
          handler(peer)
          peer.close()
        }
      }
      close(listener)
    }
  }

  /// Lends a port on which nobody listens, and that nobody else gets meanwhile.
  static func withClosedPort<Result>(_ body: (Int) async throws -> Result) async rethrows -> Result {
    let (socket, port) = bound()
    defer { close(socket) }
    return try await body(port)
  }

  private static func bound() -> (socket: Int32, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    precondition(isBound, "no socket for a test's server")
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
  }

  func stop() { isStopped.store(true, ordering: .relaxed) }
}

/// Runs on a thread of its own, with a small stack.
func detach(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setstacksize(&attributes, 1 << 19)
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  var thread = pthread_t()
  let code = pthread_create(
    &thread, &attributes,
    { pointer in
      guard let pointer else { return nil }
      Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body()
      return nil
    }, Unmanaged.passRetained(Box(body)).toOpaque())
  precondition(code == 0, "no thread for a test's server")
}
