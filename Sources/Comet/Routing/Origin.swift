import CometWire

/// Where a web page comes from: scheme, host and port (RFC 6454).
public struct Origin: Hashable, Sendable {
  /// In lower case: `http` or `https`.
  public let scheme: String
  /// Host, and the port where it is not the scheme's own.
  public let authority: Authority

  /// Reads the value of an Origin field; nil for `null` and for everything that is not one origin.
  public init?(_ field: String) {
    let bytes = field.utf8
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8),
      let scheme = ["http", "https"].first(where: bytes[..<colon].equalsIgnoringCase),
      let written = Authority(String(bytes[colon...].dropFirst(3)) ?? ""),
      // Browsers leave the scheme's own port out.
      let authority = written.port == Self.port(of: scheme) ? Authority(written.host) : written
    else { return nil }
    (self.scheme, self.authority) = (scheme, authority)
  }

  /// The port, also when it is not written.
  public var port: Int { authority.port ?? Self.port(of: scheme) }

  private static func port(of scheme: String) -> Int { scheme == "https" ? 443 : 80 }
}
