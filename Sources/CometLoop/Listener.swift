// A listening socket: connections are handed over as they come.

import CEpoll
import Glibc

/// A TCP socket that accepts connections.
@LoopActor
public final class Listener: Channel {
  /// The port, chosen by the system when 0 was asked for.
  public let port: UInt16

  private let descriptor: Int32
  private let accepted: @LoopActor (consuming AcceptedSocket) -> Void
  private var isClosed = false
  /// A pause while nothing can be accepted.
  private lazy var pause = Alarm { [weak self] in self?.ready(.input) }

  /// Binds and listens.
  ///
  /// - Parameter accepted: is given each connection.
  /// - Throws: `SystemError`, such as `EADDRINUSE` when another program has the port.
  public init(
    address: SocketAddress, port: UInt16, accepted: @escaping @LoopActor (consuming AcceptedSocket) -> Void
  ) throws(SystemError) {
    self.accepted = accepted
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.family, type, 0)
    guard descriptor >= 0 else { throw SystemError("socket") }
    self.descriptor = descriptor
    do throws(SystemError) {
      self.port = try Self.listen(on: descriptor, address, port)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    do throws(SystemError) {
      try EventLoop.shared.add(self, descriptor: descriptor)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
  }

  /// Stops listening.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    pause.stop()
    EventLoop.shared.remove(descriptor: descriptor)
    Glibc.close(descriptor)
  }

  func ready(_ events: Readiness) {
    var hasAccepted = false
    // A crowd at the door does not keep those inside waiting.
    for _ in 1...64 where !isClosed {
      let socket = accept4(descriptor, nil, nil, Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
      if socket >= 0 {
        hasAccepted = true
        accepted(AcceptedSocket(descriptor: socket))
        continue
      }
      switch errno {
      case EAGAIN:
        return
      case EMFILE, ENFILE, ENOBUFS, ENOMEM:
        // Those connected are served meanwhile, and the others wait in the system's queue.
        return pause.start(after: .milliseconds(100))
      default:
        // EINTR, ECONNABORTED and what the network reports early (accept(2)): on to the next one.
        continue
      }
    }
    if isClosed { return }
    // An error that stays, such as a firewall's, must not keep the loop awake.
    guard hasAccepted else { return pause.start(after: .milliseconds(100)) }
    EventLoop.shared.readLater(descriptor: descriptor)
  }

  private static func listen(
    on descriptor: Int32, _ address: SocketAddress, _ port: UInt16
  ) throws(SystemError) -> UInt16 {
    // The port can be taken again at once after a restart, while old connections linger in TIME_WAIT.
    set(descriptor, SOL_SOCKET, SO_REUSEADDR)
    // [::1] and 127.0.0.1 are two sockets on one port.
    if case .v6 = address { set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY) }
    let bound = address.withSockaddr(port: port) { bind(descriptor, $0, $1) }
    guard bound == 0 else { throw SystemError("bind") }
    guard Glibc.listen(descriptor, 4096) == 0 else { throw SystemError("listen") }
    return try localPort(of: descriptor)
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
