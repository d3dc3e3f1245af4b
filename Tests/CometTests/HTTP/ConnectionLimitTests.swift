import Comet
import TestSupport
import Testing

@testable import struct Comet.Limits

/// More clients than the server may have.
@Suite struct ConnectionLimitTests {
  @Test func theNewestGets503AndTheOthersAreServed() async throws {
    try await withSite(limits: .with { $0.connections = 2 }) { site in
      let (first, second) = (try await RawClient(port: site.port), try await RawClient(port: site.port))
      #expect(try await first.request("GET", "/hello").status == 200)
      #expect(try await second.request("GET", "/hello").status == 200)

      // It need not even ask.
      let third = try await RawClient(port: site.port)
      let refusal = try await third.response()
      #expect(refusal.status == 503 && refusal["Connection"] == "close" && refusal["Retry-After"] == "1")
      #expect(try await third.receiveToEnd().end == .finished)
      await third.close()

      #expect(try await first.request("GET", "/hello").status == 200)
      await second.close()
      try await eventually("there is room again") { await site.server.connectionCount == 1 }
      let fourth = try await RawClient(port: site.port)
      #expect(try await fourth.request("GET", "/hello").status == 200)
    }
  }

  /// Not even the refusals are unbounded: those who do not go are cut off without an answer.
  @Test func aCrowdIsCutOff() async throws {
    try await withSite(limits: .with { $0.connections = 1 }) { site in
      let guest = try await RawClient(port: site.port)
      #expect(try await guest.request("GET", "/hello").status == 200)
      var crowd: [RawClient] = []
      for _ in 0..<80 { crowd.append(try await RawClient(port: site.port)) }
      var refused = 0
      for client in crowd {
        let (bytes, _) = try await client.receiveToEnd()
        if bytes.text.hasPrefix("HTTP/1.1 503 ") { refused += 1 } else { #expect(bytes.isEmpty) }
      }
      #expect(1..<80 ~= refused)
      #expect(await site.server.connectionCount < 50)
      #expect(try await guest.request("GET", "/hello").status == 200)
    }
  }

  /// A process with few descriptors has few connections, not none.
  @Test(arguments: [(1024, 960), (65_536, 65_472), (128, 64), (100, 36), (64, 16), (40, 10), (0, 0)])
  func theDefaultLeavesDescriptorsForFiles(descriptors: Int, connections: Int) {
    #expect(Limits.connections(withDescriptors: descriptors) == connections)
  }
}
