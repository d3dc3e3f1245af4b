import Glibc

/// One of the addresses that a host's name stands for.
struct HostAddress {
  let family: Int32
  private let bytes: [UInt8]

  /// All addresses of a host, in the system's order; none when the name is not known.
  static func all(host: String, port: Int) -> [HostAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var addresses: [HostAddress] = []
    var next = list
    while let entry = next?.pointee {
      if let address = entry.ai_addr {
        let raw = UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
        addresses.append(HostAddress(family: entry.ai_family, bytes: Array(raw)))
      }
      next = entry.ai_next
    }
    return addresses
  }

  func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>?, socklen_t) -> Result) -> Result {
    bytes.withUnsafeBytes { body($0.bindMemory(to: sockaddr.self).baseAddress, socklen_t($0.count)) }
  }
}
