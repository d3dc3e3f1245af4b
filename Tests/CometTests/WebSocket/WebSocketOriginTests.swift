import Comet
import TestSupport
import Testing

/// A page of another origin must not talk to a server on this machine (RFC 6455 §10.2). `PORT` stands for the server's.
@Suite struct WebSocketOriginTests {
  private static let access = Access(origins: ["https://example.org"])

  @Test(arguments: [
    nil, "http://localhost:PORT", "http://127.0.0.1:PORT", "http://[::1]:PORT", "HTTP://LocalHost:PORT",
    "http://app.localhost:PORT", "https://example.org",
  ])
  func letsIn(origin: String?) async throws {
    let server = Server(access: Self.access) { $0.webSocket("/ws", echo) }
    try await withServer(server, sweepsByItself: false) { _ in
      let port = await server.port
      let origin = origin?.replacing("PORT", with: "\(port)")
      let socket = try await WebSocketClient(port: port, fields: ["Origin": origin])
      try await socket.sendText("hello")
      #expect(try await socket.receiveText() == "hello")
    }
  }

  @Test(arguments: [
    "http://evil.test", "http://evil.test:PORT", "null", "", "http://1.2.3.4", "http://1.2.3.4:PORT",
    "https://localhost:PORT", "http://localhost", "http://localhost:1", "http://localhost.evil.test:PORT",
    "http://user@localhost:PORT", "http://localhost:PORT/", "http://localhost:PORT http://evil.test",
    "file://", "chrome-extension://localhost:PORT", "http://example.org", "https://example.org:PORT",
  ])
  func keepsOut(origin: String) async throws {
    let tally = Tally()
    let server = Server(access: Self.access) { $0.webSocket("/ws") { _ in tally.started += 1 } }
    try await withServer(server, sweepsByItself: false) { _ in
      let port = await server.port
      let client = try await RawClient(port: port)
      let origin = origin.replacing("PORT", with: "\(port)")
      #expect(try await client.webSocketHandshake(path: "/ws", fields: ["Origin": origin]).status == 403)
      #expect(await tally.started == 0)
    }
  }

  @Test func aSecondOriginDoesNotHideTheFirst() async throws {
    try await withWebSocket { port in
      for origins in [["http://evil.test", "http://localhost:\(port)"], ["http://localhost:\(port)", "null"]] {
        let client = try await RawClient(port: port)
        let fields: KeyValuePairs<String, String?> = ["Origin": origins[0], "Origin": origins[1]]
        #expect(try await client.webSocketHandshake(path: "/ws", fields: fields).status == 403)
      }
    }
  }

  @Test(arguments: ["evil.test:PORT", "localhost.evil.test:PORT", "1.2.3.4:PORT"])
  func keepsOutAReboundName(host: String) async throws {
    try await withWebSocket { port in
      let client = try await RawClient(port: port)
      let host = host.replacing("PORT", with: "\(port)")
      // To the browser this page and this server are one origin; only the name gives it away.
      let fields: KeyValuePairs<String, String?> = ["Host": host, "Origin": "http://\(host)"]
      #expect(try await client.webSocketHandshake(path: "/ws", fields: fields).status == 403)
    }
  }
}
