// A listening socket: connections come out of `accept`, one after the other.

import CEpoll
import Glibc

/// A TCP socket that accepts connections.
@LoopActor
public final class Listener: Channel {
  /// The port, chosen by the system when 0 was asked for.
  public let port: UInt16

  private let descriptor: Int32
  private var isClosed = false
  private var acceptor: UnsafeContinuation<Void, Never>?

  /// Binds and listens.
  ///
  /// - Throws: `SystemError`, such as `EADDRINUSE` when another program has the port.
  public init(address: SocketAddress, port: UInt16) throws(SystemError) {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    descriptor = socket(address.family, type, 0)
    guard descriptor >= 0 else { throw SystemError("socket") }
    do throws(SystemError) {
      // The port can be taken again at once after a restart, while old connections linger in TIME_WAIT.
      Self.set(descriptor, SOL_SOCKET, SO_REUSEADDR)
      // [::1] and 127.0.0.1 are two sockets on one port.
      if case .v6 = address { Self.set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY) }
      let bound = address.withSockaddr(port: port) { [descriptor] in bind(descriptor, $0, $1) }
      guard bound == 0 else { throw SystemError("bind") }
      guard listen(descriptor, 4096) == 0 else { throw SystemError("listen") }
      self.port = try Self.localPort(of: descriptor)
      try EventLoop.shared.add(self, descriptor: descriptor)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
  }

  /// Suspends until somebody connects.
  ///
  /// While the process has no descriptor left, it waits and tries again: what is connected is served meanwhile,
  /// and who is not waits in the system's queue.
  /// - Parameter queueLimit: see ``TCPStream/queueLimit``.
  /// - Returns: nil after `close`.
  public func accept(queueLimit: Int) async -> TCPStream? {
    while !isClosed {
      let accepted = accept4(descriptor, nil, nil, Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
      if accepted >= 0 {
        if let stream = try? TCPStream(descriptor: accepted, queueLimit: queueLimit) { return stream }
        Glibc.close(accepted)
        continue
      }
      switch errno {
      case EAGAIN:
        await withUnsafeContinuation { acceptor = $0 }
      case EMFILE, ENFILE, ENOBUFS, ENOMEM:
        try? await sleep(for: .milliseconds(100))
      default:
        // EINTR, ECONNABORTED and what the network reports early (accept(2)): on to the next one.
        continue
      }
    }
    return nil
  }

  /// Stops listening; a waiting `accept` returns nil.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    EventLoop.shared.remove(descriptor: descriptor)
    Glibc.close(descriptor)
    acceptor?.resume()
    acceptor = nil
  }

  func ready(_ events: Readiness) {
    acceptor?.resume()
    acceptor = nil
  }

  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
    var on: Int32 = 1
    setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func localPort(of descriptor: Int32) throws(SystemError) -> UInt16 {
    // Both kinds of address hold the port in the same place.
    var address = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard result == 0 else { throw SystemError("getsockname") }
    return UInt16(bigEndian: address.sin6_port)
  }
}
