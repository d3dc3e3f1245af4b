import Glibc
import TestSupport
import Testing

@testable import Comet

/// Addresses and ports.
@Suite struct ServerStartTests {
  @Test func localhostListensOn127001() async throws {
    try await withSite { site in
      #expect(await site.server.url == "http://localhost:\(site.port)")
      let client = try await RawClient(port: site.port, host: "127.0.0.1")
      #expect(try await client.request("GET", "/hello").text == "hello")
    }
  }

  @Test(.enabled(if: machineHasIPv6(), "this machine has no address ::1"))
  func localhostListensOnTheOtherLoopbackAddress() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port, host: "::1")
      let fields: KeyValuePairs = ["Host": "[::1]:\(site.port)"]
      #expect(try await client.request("GET", "/hello", fields: fields).text == "hello")
    }
  }

  @Test(arguments: [("127.0.0.1", "127.0.0.1"), ("127.0.0.2", "127.0.0.2")])
  func oneAddressIsBoundAlone(host: String, address: String) async throws {
    try await withSite(host: host) { site in
      #expect(await site.server.url == "http://\(address):\(site.port)")
      let client = try await RawClient(port: site.port, host: address)
      let fields: KeyValuePairs = ["Host": "\(address):\(site.port)"]
      #expect(try await client.request("GET", "/hello", fields: fields).text == "hello")
      await #expect(throws: ClientError.self) { try await RawClient(port: site.port, host: "127.0.0.3") }
    }
  }

  @Test func aPortThatIsTakenIsAnErrorThatSaysSo() async throws {
    try await withSite { site in
      let second = Server { _ in }
      await #expect(throws: Server.StartError.portInUse(site.port)) { try await second.start(port: site.port) }
      #expect(await second.port == 0)
      // The first one is as before.
      let answer = try await RawResponse.get("/hello", port: site.port)
      #expect(answer.status == 200)
    }
  }

  /// The port is free on one of the two addresses only: half a localhost would be found by some and not by others.
  @Test(.enabled(if: machineHasIPv6(), "this machine has no address ::1"))
  func aPortThatIsHalfTakenIsTaken() async throws {
    for taken in ["127.0.0.1", "::1"] {
      try await withSite(host: taken) { site in
        let second = Server { _ in }
        await #expect(throws: Server.StartError.portInUse(site.port)) { try await second.start(port: site.port) }
        // What was bound already is given back.
        try await withSite(host: taken == "::1" ? "127.0.0.1" : "::1") { _ in }
      }
    }
  }

  @Test func aServerThatRunsIsNotStartedTwice() async throws {
    try await withSite { site in
      await #expect(throws: Server.StartError.running) { try await site.server.start(port: 0) }
      let answer = try await RawResponse.get("/hello", port: site.port)
      #expect(answer.status == 200)
    }
  }

  /// A stop that has not ended would end the new run's connections, too.
  @Test func aServerThatStopsIsNotStarted() async throws {
    try await withSite(limits: StopTests.patient) { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/flood")
      _ = try await client.head()
      let stop = Task { await site.server.stop() }
      try await eventually("it stops") { await site.server.isStopping }
      await #expect(throws: Server.StartError.running) { try await site.server.start(port: 0) }
      let second = Task { await site.server.stop() }
      await client.close()
      await second.value
      // A second stop waits for the same end.
      #expect(await site.server.connectionCount == 0)
      #expect(await site.server.port == 0)
      await stop.value
      try await site.server.start(port: 0)
      #expect(try await RawResponse.get("/hello", port: site.server.port).status == 200)
    }
  }

  @Test(arguments: [-1, 65_536, .max])
  func aPortIsANumberUpTo65535(port: Int) async throws {
    let server = Server { _ in }
    await #expect(throws: Server.StartError.invalidPort(port)) { try await server.start(port: port) }
  }

  @Test(arguments: ["example.org", "", "127.0.0.1.2", "localhost:80", "[::1"])
  func aHostIsLocalhostOrAnAddress(host: String) async throws {
    let server = Server(host: host) { _ in }
    await #expect(throws: Server.StartError.unknownHost(host)) { try await server.start(port: 0) }
  }

  @Test func anAddressOfAnotherMachineCannotBeBound() async throws {
    // A documentation address (RFC 5737).
    let server = Server(host: "192.0.2.1") { _ in }
    do {
      try await server.start(port: 0)
      Issue.record("bound to an address that is not here")
    } catch .system(let error) {
      #expect(error.call == "bind" && error.code == EADDRNOTAVAIL)
    }
  }

  /// `run` serves until its task is cancelled.
  @Test func runEndsWithItsTask() async throws {
    let server = Server { routes in routes.get("/hello") { _ in .text("hello") } }
    let running = Task { try await server.run(port: 0) }
    try await eventually("the server listens") { await server.port > 0 }
    let answer = try await RawResponse.get("/hello", port: await server.port)
    #expect(answer.text == "hello")
    running.cancel()
    try await running.value
    #expect(await server.port == 0)
  }

  /// It also returns when somebody stops the server, and lets the next start be.
  @Test func runEndsWithItsServer() async throws {
    let server = Server { _ in }
    let running = Task { try await server.run(port: 0) }
    try await eventually("the server listens") { await server.port > 0 }
    await server.stop()
    try await running.value
    try await server.start(port: 0)
    running.cancel()
    #expect(await server.port > 0)
    await server.stop()
  }
}

/// Whether ::1 can be bound to.
private func machineHasIPv6() -> Bool {
  let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
  guard descriptor >= 0 else { return false }
  defer { close(descriptor) }
  var address = sockaddr_in6()
  address.sin6_family = sa_family_t(AF_INET6)
  address.sin6_addr.__in6_u.__u6_addr8.15 = 1
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
    }
  }
}
