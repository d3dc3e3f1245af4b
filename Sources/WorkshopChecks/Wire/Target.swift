/// The server to be graded: where it is.
public struct Target: Sendable, Equatable {
  /// A name or an IP address, without brackets.
  public let host: String
  /// The port.
  public let port: Int
  /// What stands before every path of the exercise; mostly nothing.
  public let prefix: String

  /// A server on this machine.
  public init(host: String = "127.0.0.1", port: Int) {
    self.host = host
    self.port = port
    prefix = ""
  }

  /// Reads an address such as `http://localhost:3000`; nil for anything that is not one, `https` included.
  public init?(url: String) {
    var rest = url[...]
    if let scheme = rest.firstRange(of: "://") {
      guard ["http", "ws"].contains(rest[..<scheme.lowerBound].lowercased()) else { return nil }
      rest = rest[scheme.upperBound...]
    }
    let authority = rest.prefix { $0 != "/" }
    var path = rest.dropFirst(authority.count)
    while path.last == "/" { path.removeLast() }
    guard (authority + path).utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !rest.contains(where: { "?#@".contains($0) })
    else { return nil }
    prefix = String(path)

    var host = authority
    var port: Substring?
    if authority.hasPrefix("["), let bracket = authority.firstIndex(of: "]") {
      host = authority[..<bracket].dropFirst()
      let after = authority[bracket...].dropFirst()
      guard after.isEmpty || after.first == ":" else { return nil }
      port = after.isEmpty ? nil : after.dropFirst()
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      port = authority[colon...].dropFirst()
    }
    guard !host.isEmpty, let number = port.map({ Int($0) }) ?? 80, (1...65_535).contains(number) else { return nil }
    self.host = String(host)
    self.port = number
  }

  /// As it is typed: `http://localhost:3000`.
  public var url: String { "http://\(authority)\(prefix)" }

  /// The value of the field Host.
  var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
