import Comet
import TestSupport
import Testing

/// A name that its owner points at 127.0.0.1 makes a browser believe that a foreign page and this server are one
/// (DNS rebinding). So the server answers under its own names only.
@Suite struct HostTests {
  static let allowed = [
    "localhost", "LOCALHOST", "localhost:1", "localhost:", "a.localhost", "a.b.localhost:8088", "127.0.0.1",
    "127.0.0.1:80",
    "[::1]", "[::1]:8088",
  ]
  static let foreign = [
    "evil.test", "localhost.evil.test", "localhost.evil", "localhosts", "xlocalhost", "127.0.0.1.evil.test",
    "127.0.0.2", "1.2.3.4", "0.0.0.0", "[::2]", "[::ffff:127.0.0.1]", "localhost.", "127.1", "2130706433",
    "example.org",
  ]

  @Test func answersUnderItsOwnNames() async throws {
    try await withSite { site in
      for host in Self.allowed + ["localhost:\(site.port)"] {
        let answer = try await RawResponse.get("/hello", port: site.port, fields: ["Host": host])
        #expect(answer.status == 200, "\(host)")
      }
    }
  }

  @Test func refusesEveryOther() async throws {
    try await withSite { site in
      for host in Self.foreign.flatMap({ [$0, "\($0):\(site.port)"] }) {
        for (method, path) in [("GET", "/hello"), ("POST", "/echo"), ("OPTIONS", "*"), ("GET", "/nothing")] {
          let answer = try await RawResponse.request(method, path, port: site.port, fields: ["Host": host])
          #expect(answer.status == 403, "\(method) \(path) \(host)")
        }
      }
      #expect(await site.notes.calls == 0)
    }
  }

  /// Anyone can send these.
  @Test(arguments: ["X-Forwarded-Host", "Forwarded", "X-Host", "X-Original-Host", ":authority"])
  func believesTheHostFieldAlone(name: String) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      let value = name == "Forwarded" ? "host=localhost" : "localhost"
      let refused = try await client.request("GET", "/hello", fields: ["Host": "evil.test", name: value])
      #expect(refused.status == (name.hasPrefix(":") ? 400 : 403))
    }
  }

  /// The authority of an absolute target stands for the Host field (RFC 9112 §3.2.2).
  @Test(arguments: [
    ("http://evil.test/hello", "localhost", 403), ("http://localhost.evil.test:1/hello", "localhost", 403),
    ("http://localhost/hello", "localhost", 200), ("http://127.0.0.1:1/hello", "localhost", 200),
    ("http://localhost/hello", "evil.test", 200),
  ])
  func anAbsoluteTargetIsCheckedToo(target: String, host: String, status: Int) async throws {
    try await withSite { site in
      let answer = try await RawResponse.get(target, port: site.port, fields: ["Host": host])
      #expect(answer.status == status)
    }
  }

  @Test func answersUnderNamesThatWereAllowed() async throws {
    var access = Access()
    access.hosts.insert("Demo.Example.org")
    try await withSite(access: access) { site in
      for (host, status) in [
        ("demo.example.org", 200), ("DEMO.example.ORG:8088", 200), ("x.demo.example.org", 403),
        ("example.org", 403),
      ] {
        let answer = try await RawResponse.get("/hello", port: site.port, fields: ["Host": host])
        #expect(answer.status == status, "\(host)")
      }
    }
  }

  @Test func answersUnderTheAddressThatItIsBoundTo() async throws {
    try await withSite(host: "127.0.0.9") { site in
      for (host, status) in [
        ("127.0.0.9", 200), ("127.0.0.9:\(site.port)", 200), ("localhost", 200), ("127.0.0.8", 403),
      ] {
        let client = try await RawClient(port: site.port, host: "127.0.0.9")
        #expect(try await client.request("GET", "/hello", fields: ["Host": host]).status == status, "\(host)")
      }
    }
  }
}
