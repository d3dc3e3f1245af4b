import Testing

@testable import CometLoop

@Suite struct SocketAddressTests {
  @Test(arguments: [
    ("127.0.0.1", "127.0.0.1"), ("::1", "[::1]"), ("[::1]", "[::1]"), ("0:0:0:0:0:0:0:1", "[::1]"),
    ("0.0.0.0", "0.0.0.0"),
  ])
  func hasOneSpelling(_ text: String, _ spelling: String) {
    #expect(SocketAddress(text)?.text == spelling)
  }

  @Test(arguments: ["", "localhost", "127.0.0", "1.2.3.4.5", "[::1", "::g", "127.0.0.1:80"])
  func refusesNamesAndFragments(_ text: String) {
    #expect(SocketAddress(text) == nil)
  }

  @Test @LoopActor func aPortIsTakenOnce() throws {
    let first = try Listener(address: .loopback4, port: 0) { _ in }
    defer { first.close() }
    #expect(first.port > 0)
    #expect(throws: SystemError.self) {
      try Listener(address: .loopback4, port: first.port) { _ in }
    }
  }
}
