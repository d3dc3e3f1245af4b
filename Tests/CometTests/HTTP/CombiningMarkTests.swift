import Comet
import TestSupport
import Testing

/// A long run of combining marks: to compare it as a text takes time by the square of its length, and everybody else
/// waits for so long. Half a mebibyte of them takes some ten seconds, a whole one half a minute.
@Suite struct CombiningMarkTests {
  /// Two kinds in turn, which have to be put in order.
  private static let marks = String(repeating: "\u{301}\u{316}", count: 130_000)

  /// `~` stands for the marks.
  private static let fields = [
    ("GET / HTTP/1.1", "Connection: c~|Upgrade: w~"), ("GET / HTTP/1.1", "If-Modified-Since: Sun, ~"),
    ("GET / HTTP/1.1", "Range: bytes=0-1|If-Range: \"~"),
    ("OPTIONS /cors HTTP/1.1", "Origin: h~|Access-Control-Request-Method: G~"),
    ("GET /ws HTTP/1.1", "Upgrade: websocket|Connection: upgrade|Sec-WebSocket-Version: 1~|Sec-WebSocket-Protocol: c~"),
    ("POST / HTTP/1.1", "Transfer-Encoding: c~"), ("POST / HTTP/1.1", "Expect: 1~"),
  ]

  @Test func ofAFieldAreReadAtOnce() async {
    await #expect(processExitsWith: .success) {
      for (requestLine, fields) in Self.fields {
        limitProcessorTime(toSeconds: 5)
        try await Self.read(requestLine, fields)
      }
    }
  }

  private static func read(_ requestLine: String, _ fields: String) async throws {
    var limits = Limits()
    limits.request.headBytes = 4 << 20
    try await withFolder { folder in
      try folder.write("index.html", "<p>index")
      let files = StaticFiles(folder: folder.path)
      try await withSite(
        limits: limits,
        routes: { routes in
          routes.get("/cors", cors: CORS()) { _ in .text("cors") }
          routes.webSocket("/ws", protocols: ["chat"]) { _ in }
          if let files { routes.files("/", from: files) }
        }
      ) { site in
        let lines = (requestLine + "|Host: localhost|" + fields + "||").replacing("|", with: "\r\n")
        let client = try await RawClient(port: site.port)
        try await client.send(lines.replacing("~", with: marks))
        _ = try await client.response()
      }
    }
  }

  @Test func ofAPathAreReadAtOnce() async {
    await #expect(processExitsWith: .success) {
      limitProcessorTime(toSeconds: 10)
      var limits = Limits()
      limits.request.targetBytes = 4 << 20
      limits.request.headBytes = 4 << 20
      try await withSite(limits: limits) { site in
        let client = try await RawClient(port: site.port)
        let path = String(repeating: "%CC%81%CC%96", count: 130_000)
        #expect(try await client.request("GET", "/\(path)").status == 404)
      }
    }
  }

  @Test func ofAFormAreReadAtOnce() async {
    await #expect(processExitsWith: .success) {
      limitProcessorTime(toSeconds: 10)
      try await withSite(routes: { routes in
        routes.post("/form") { request in .text(try request.form()["message"] ?? "none") }
      }) { site in
        let fields: KeyValuePairs = ["Content-Type": "application/x-www-form-urlencoded"]
        let body = "m" + Self.marks + Self.marks + "=x"
        let answer = try await RawResponse.request("POST", "/form", port: site.port, fields: fields, body: body)
        #expect(answer.text == "none")
      }
    }
  }

  /// A name that Foundation's decoder would put into a table.
  @Test func ofAnObjectsNameAreRefused() async {
    struct Pair: Codable { let key: String }
    await #expect(processExitsWith: .success) {
      limitProcessorTime(toSeconds: 10)
      try await withSite(routes: { routes in
        routes.post("/json") { request in .text(try request.json(Pair.self).key) }
      }) { site in
        for (name, status) in [("key", 200), ("key\":\"\",\"" + Self.marks + Self.marks, 400)] {
          let answer = try await RawResponse.request("POST", "/json", port: site.port, body: "{\"\(name)\":\"x\"}")
          #expect(answer.status == status)
        }
      }
    }
  }

  /// Two spellings of one character are two names.
  @Test func areComparedByTheirBytes() {
    #expect("\u{E9}" == "e\u{301}" && !"\u{E9}".isExactly("e\u{301}") && "\u{E9}".isExactly("\u{E9}"))
    #expect(FormFields("%C3%A9=1&e%CC%81=2")?["e\u{301}"] == "2")
  }
}
