import Comet
import TestSupport
import Testing

/// A page from elsewhere may send a POST without asking; the server looks at where it comes from.
@Suite struct OriginTests {
  private func status(
    _ method: String, _ path: String = "/echo", origin: String?, host: String? = nil, site: Site
  ) async throws -> Int {
    let client = try await RawClient(port: site.port)
    let line = origin.map { "Origin: \($0)\r\n" } ?? ""
    let host = host ?? "localhost:\(site.port)"
    try await client.send("\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n\(line)Content-Length: 1\r\n\r\na")
    return try await client.response(toHEAD: method == "HEAD").status
  }

  @Test func ourOwnPagesAndNoPagesMayPost() async throws {
    try await withSite { site in
      let hosts = ["localhost", "LOCALHOST", "127.0.0.1", "[::1]", "page.localhost"]
      for origin in [nil] + hosts.map({ "http://\($0):\(site.port)" }) {
        let answer = try await status("POST", origin: origin, site: site)
        #expect(answer == 200, "\(origin ?? "no origin")")
      }
    }
  }

  /// A forwarded port: the page came by the same name and port as this request.
  @Test func aPageThatCameTheSameWayMayPost() async throws {
    try await withSite { site in
      for (origin, host, expected) in [
        ("localhost:1234", "localhost:1234", 200), ("localhost", "localhost", 200),
        ("127.0.0.1:1234", "localhost:1234", 403), ("evil.test:1234", "evil.test:1234", 403),
      ] {
        let answer = try await status("POST", origin: "http://\(origin)", host: host, site: site)
        #expect(answer == expected, "\(origin) for \(host)")
      }
    }
  }

  /// For a client that came by another name, localhost is its own machine.
  @Test func aPageOfTheClientsOwnMachineIsNotOurs() async throws {
    try await withSite(access: Access(hosts: ["example.test"])) { site in
      let port = site.port
      for (origin, host, expected) in [
        ("localhost:\(port)", "example.test:\(port)", 403), ("127.0.0.1:\(port)", "example.test", 403),
        ("[::1]:\(port)", "example.test", 403), ("evil.localhost:\(port)", "example.test:\(port)", 403),
        ("example.test:\(port)", "example.test:\(port)", 200), ("example.test:\(port)", "localhost:\(port)", 200),
      ] {
        let answer = try await status("POST", origin: "http://\(origin)", host: host, site: site)
        #expect(answer == expected, "\(origin) for \(host)")
      }
    }
  }

  @Test(arguments: ["POST", "PUT", "PATCH", "DELETE"])
  func foreignPagesMayNotChangeAnything(method: String) async throws {
    try await withSite { site in
      let port = site.port
      for origin in [
        "http://evil.test", "http://evil.test:\(port)", "null", "http://1.2.3.4", "http://1.2.3.4:\(port)", "",
        "https://localhost:\(port)", "http://localhost", "http://localhost:\(port + 1)",
        "http://localhost.evil:\(port)",
        "http://localhost.evil.test:\(port)", "http://evil.test/localhost:\(port)", "http://localhost:\(port)/",
        "http://localhost:\(port)@evil.test", "http://u@localhost:\(port)", "localhost:\(port)", "file://", "*",
        "http://localhost:\(port), http://evil.test", "http://localhost:\(port) http://evil.test",
        "chrome-extension://localhost:\(port)", "http://localhost:\(port)\r\nOrigin: http://evil.test",
        "http://evil.test\r\nOrigin: http://localhost:\(port)",
      ] {
        let answer = try await status(method, origin: origin, site: site)
        #expect(answer == 403, "\(origin)")
      }
      #expect(await site.notes.calls == 0)
    }
  }

  /// A cache must not give one page's refusal to another.
  @Test func aRefusalDependsOnTheOrigin() async throws {
    try await withSite { site in
      for path in ["/echo", "/nothing"] {
        let answer = try await RawResponse.request(
          "POST", path, port: site.port, fields: ["Origin": "http://evil.test"], body: "a")
        #expect(answer.status == 403 && answer["Vary"] == "Origin")
      }
    }
  }

  /// What is read does no harm: the page does not get to see it without CORS.
  @Test(arguments: ["GET", "HEAD"])
  func foreignPagesMayAsk(method: String) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      for origin in ["http://evil.test", "null"] {
        let answer = try await client.request(method, "/hello", fields: ["Origin": origin])
        #expect(answer.status == 200)
        #expect(answer["Access-Control-Allow-Origin"] == nil)
      }
    }
  }

  @Test func pagesThatWereListedMayPost() async throws {
    try await withSite(access: Access(origins: ["https://page.test", "http://other.test:81", "nonsense"])) { site in
      for (origin, expected) in [
        ("https://page.test", 200), ("HTTPS://PAGE.test", 200), ("http://other.test:81", 200),
        ("http://page.test", 403),
        ("https://page.test:444", 403), ("http://other.test", 403), ("https://x.page.test", 403), ("nonsense", 403),
      ] {
        let answer = try await status("POST", origin: origin, site: site)
        #expect(answer == expected, "\(origin)")
      }
    }
  }
}
