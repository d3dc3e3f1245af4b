import Glibc

/// An IP address, version 4 or 6.
public enum SocketAddress: Hashable, Sendable {
  /// The four bytes as they stand in memory, in the order of the net.
  case v4(in_addr_t)
  /// The sixteen bytes, in the order of the net.
  case v6(SIMD16<UInt8>)

  /// 127.0.0.1
  public static let loopback4 = SocketAddress.v4(INADDR_LOOPBACK.bigEndian)
  /// ::1
  public static let loopback6 = SocketAddress.v6(SIMD16(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1))

  /// Reads `127.0.0.1`, `::1` or `[::1]`; no names, so that nothing has to be asked of a resolver.
  public init?(_ text: String) {
    let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, bare, &four) == 1 {
      self = .v4(four.s_addr)
    } else if inet_pton(AF_INET6, bare, &six) == 1 {
      self = .v6(withUnsafeBytes(of: six) { $0.loadUnaligned(as: SIMD16<UInt8>.self) })
    } else {
      return nil
    }
  }

  /// As it stands in a URL, in one spelling for each address: `127.0.0.1`, `[::1]`.
  public var text: String {
    withSockaddr(port: 0) { address, length in
      var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      getnameinfo(address, length, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
      let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return family == AF_INET6 ? "[\(text)]" : text
    }
  }

  var family: Int32 {
    switch self {
    case .v4: AF_INET
    case .v6: AF_INET6
    }
  }

  /// Calls `body` with the address in the form that system calls take.
  func withSockaddr<R>(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    switch self {
    case .v4(let bits):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = bits
      return Self.rebind(address, body)
    case .v6(let bytes):
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.bigEndian
      withUnsafeMutableBytes(of: &address.sin6_addr) { $0.storeBytes(of: bytes, as: SIMD16<UInt8>.self) }
      return Self.rebind(address, body)
    }
  }

  /// The socket interface is C's own way of inheritance: every address begins as a `sockaddr`.
  private static func rebind<A, R>(_ address: A, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<A>.size)) }
    }
  }
}
