import Foundation
import TestSupport
import Testing

@testable import Comet

/// The demo behind nginx, set up as `tutorials/nginx.conf` says.
@Suite(.serialized, .enabled(if: Nginx.isInstalled || isCI, "nginx is not installed (apt-get install nginx-light)"))
struct ProxyTests {
  /// What a client says that has come by the public name.
  private static let page: KeyValuePairs = ["Host": "chat.example", "Origin": "https://chat.example"]

  @Test func passesOnEachEventAsItComes() async throws {
    try await withNginx { demo, port in
      let stream = try await EventStreamClient(port: port, path: "/api/messages?after=0", fields: Self.page)
      // The second message is posted when the first one has arrived.
      for number in 1...3 {
        try await demo.post("/api/messages", "{\"data\":\(number)}")
        let event = try await stream.next()
        #expect(event.id == "\(number)")
      }
      await stream.close()
      try await demo.waitForNobodyHeld()
    }
  }

  @Test func passesOnWebSockets() async throws {
    try await withNginx { demo, port in
      let socket = try await WebSocketClient(
        port: port, path: "/echo", fields: ["Host": "chat.example", "Origin": "https://chat.example"])
      for text in ["one", String(repeating: "two", count: 50_000)] {
        try await socket.sendText(text)
        #expect(try await socket.receiveText() == text)
      }
      // A client that vanishes is gone from the server, too.
      await socket.raw.reset()
      try await demo.waitForNobodyHeld()
    }
  }

  @Test func aClientsLeavingReachesTheServer() async throws {
    try await withNginx { demo, port in
      let client = try await RawClient(port: port)
      try await client.sendRequest("GET", "/api/messages?after=0&wait=20", fields: ["Host": "chat.example"])
      try await eventually("the poll is held") { await demo.server.phases.contains(.answering) }
      await client.close()
      try await demo.waitForNobodyHeld()
    }
  }

  /// A poll is held for 25 s, and nginx waits for longer than the server is ever silent.
  @Test func waitsForLongerThanTheServerIsSilent() throws {
    let line = try Nginx.configuration().split(separator: "\n").first { $0.contains("proxy_read_timeout") }
    let seconds = Int(line?.filter(\.isNumber) ?? "") ?? 0
    let limits = Limits()
    let silences = [.seconds(25), limits.eventStreamComment, limits.pingInterval]
    for silence in silences { #expect(Duration.seconds(seconds) >= silence * 2) }
  }

  /// In real time, which only `.ci/run` takes.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["SOAK"] != nil, "it takes 25 seconds; SOAK=1 has it run"))
  func doesNotCutALongPoll() async throws {
    try await withNginx { _, port in
      let client = try await RawClient(port: port, deadline: .seconds(60))
      let answer = try await client.request(
        "GET", "/api/messages?after=0&wait=25", fields: ["Host": "chat.example"])
      #expect(answer.status == 200 && answer.text == "[]")
    }
  }

  @Test(arguments: ["https://evil.test", "http://chat.example", "null"])
  func otherOriginsAreRefused(origin: String) async throws {
    try await withNginx { _, port in
      let client = try await RawClient(port: port)
      let answer = try await client.request(
        "POST", "/echo", fields: ["Host": "chat.example", "Origin": origin], body: [1])
      #expect(answer.status == 403)
      let own = try await client.request("POST", "/echo", fields: Self.page, body: [0x31])
      #expect(own.text == "1")
    }
  }

  @Test func otherNamesGetNoAnswer() async throws {
    try await withNginx { _, port in
      let client = try await RawClient(port: port)
      try await client.sendRequest("GET", "/time", fields: ["Host": "evil.test"])
      #expect(try await client.receiveToEnd().bytes.isEmpty)
    }
  }

  /// The configuration as it stands, with a certificate of its own, by a client that speaks TLS.
  @Test(.enabled(if: Nginx.hasOpenSSL || isCI, "openssl is not installed"))
  func endsTLS() async throws {
    try await withNginx(tls: true) { demo, port in
      try await demo.post("/api/messages", #"{"data":"by TLS"}"#)
      let request = #"GET /api/messages HTTP/1.1\r\nHost: chat.example\r\nConnection: close\r\n\r\n"#
      let command = "printf '\(request)' | openssl s_client -quiet -connect 127.0.0.1:\(port) 2>/dev/null"
      try await withProcess("/bin/sh", ["-c", command]) { client in
        _ = try await client.waitForExit()
        #expect(client.standardOutput.hasPrefix("HTTP/1.1 200 "))
        #expect(client.standardOutput.contains(#""data":"by TLS""#))
      }
    }
  }
}

extension Server {
  /// What each connection waits for.
  fileprivate var phases: [Connection.Phase] { connections.map(\.phase) }
}

extension RunningDemo {
  /// Waits until no answer is held and no stream is open; idle connections of the proxy may stay.
  fileprivate func waitForNobodyHeld() async throws {
    try await eventually("nobody is held") { await !server.phases.contains(.answering) }
  }
}

private enum Nginx {
  static let path = "/usr/sbin/nginx"
  static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }
  static var hasOpenSSL: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") }

  static func configuration() throws -> String { try Project.text("tutorials/nginx.conf") }
}

/// Runs the demo, and nginx before it.
private func withNginx(tls: Bool = false, _ body: (RunningDemo, Int) async throws -> Void) async throws {
  try await withDemo(tick: .milliseconds(50)) { demo in
    try await withFolder { folder in
      // nginx cannot choose a port and tell which. One from below those that the system gives out itself (ip(7)),
      // so that no server of another test takes it first.
      let port = Int.random(in: 10_000..<32_000)
      var text = try Nginx.configuration()
      var changes = ["8088": "\(demo.port)", "listen 443": "listen 127.0.0.1:\(port)"]
      if tls {
        changes["/etc/ssl/private/chat.example.key"] = folder.appendingPathComponent("key").path
        changes["/etc/ssl/chat.example.pem"] = folder.appendingPathComponent("certificate").path
        try await makeCertificate(in: folder)
      } else {
        changes[" ssl"] = ""
        text = text.split(separator: "\n").filter { !$0.contains("ssl_certificate") }.joined(separator: "\n")
      }
      for (old, new) in changes.sorted(by: { $0.key.count > $1.key.count }) { text = text.replacing(old, with: new) }
      let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      let folders = kinds.map { "\($0)_temp_path \(folder.path)/\($0);" }.joined(separator: " ")
      text = text.replacing("http {", with: "http {\n  access_log off; \(folders)")
      let file = folder.appendingPathComponent("nginx.conf")
      try Data(text.utf8).write(to: file)

      let settings = "daemon off; master_process off; pid \(folder.path)/pid; error_log stderr;"
      try await withProcess(Nginx.path, ["-p", folder.path, "-c", file.path, "-g", settings]) { nginx in
        try await eventually("nginx listens; it says: \(nginx.standardError)") {
          do {
            try await RawClient(port: port).close()
            return true
          } catch {
            return false
          }
        }
        try await body(demo, port)
      }
    }
  }
}

/// Signed by itself.
private func makeCertificate(in folder: URL) async throws {
  let arguments = [
    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj",
    "/CN=chat.example", "-keyout", folder.appendingPathComponent("key").path, "-out",
    folder.appendingPathComponent("certificate").path,
  ]
  try await withProcess("/usr/bin/openssl", arguments) { openssl in
    let status = try await openssl.waitForExit()
    #expect(status == 0)
  }
}
