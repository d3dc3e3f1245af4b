// Who may talk to a server on this machine. Every web page that the user opens can reach it, and a name that its
// owner points at 127.0.0.1 makes the browser believe that page and server are one (DNS rebinding).

import CometWire

/// The names under which a server answers, and the pages that may change something on it.
public struct Access: Sendable {
  /// Host names that are accepted besides `localhost`, `*.localhost`, 127.0.0.1, [::1] and the address bound to. Each is
  /// without a port; an IPv6 address has its brackets.
  public var hosts: Set<String> {
    didSet { hosts = Set(hosts.map { $0.lowercased() }) }
  }
  /// Origins that may use WebSockets and unsafe methods besides the server's own, such as `https://example.org`.
  public var origins: Set<Origin>

  /// Names and origins are compared without regard to case. An origin that cannot be read is left out.
  public init(hosts: some Sequence<String> = [], origins: some Sequence<String> = []) {
    self.hosts = Set(hosts.map { $0.lowercased() })
    self.origins = Set(origins.compactMap { Origin($0) })
  }

  /// Whether a request may be answered under this name. `X-Forwarded-Host` plays no part: anyone can send it.
  func allows(host: String) -> Bool {
    Self.isLoopback(host) || hosts.contains(host)
  }

  private static func isLoopback(_ host: String) -> Bool {
    switch host {
    case "localhost", "127.0.0.1", "[::1]": true
    default: host.hasSuffix(".localhost")
    }
  }

  /// Whether a page is the server's own, seen from a request that has been let in under `host`.
  func isOwn(_ origin: Origin, host: Authority?, port: Int) -> Bool {
    guard origin.scheme == "http", allows(host: origin.authority.host) else { return false }
    // A client that came by another name may be on another machine, and what runs on that one's localhost is not us.
    if let host, Self.isLoopback(origin.authority.host), !Self.isLoopback(host.host) { return false }
    if origin.port == port { return true }
    // With a forwarded port, the page and this request came the same way.
    guard let host else { return false }
    return origin.authority.host == host.host && origin.port == (host.port ?? 80)
  }

  /// Why a request under this name is not let in; nil when it is.
  func refusal(of head: RequestHead) -> RequestError? {
    guard let host = head.host, !allows(host: host.host) else { return nil }
    return RequestError(
      .forbidden, "This server does not answer under the name \"\(host.host)\". Allow it when you start the server.")
  }

  /// Whether a request comes from a page that may change something; also when it comes from no page.
  ///
  /// - Parameter listed: origins that may do so besides these.
  func admits(_ head: RequestHead, port: Int, listed: Set<Origin> = []) -> Bool {
    head.fields.all("origin").allSatisfy { field in
      guard let origin = Origin(field) else { return false }
      return origins.contains(origin) || listed.contains(origin) || isOwn(origin, host: head.host, port: port)
    }
  }
}
