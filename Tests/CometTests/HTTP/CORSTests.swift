import Comet
import TestSupport
import Testing

/// Which foreign pages may read an answer: exactly those of the list (WHATWG Fetch, section 3.2).
@Suite struct CORSTests {
  @LoopActor static func addRoutes(_ routes: inout Routes) {
    routes.get("/open", cors: CORS(origins: ["https://page.test"])) { _ in .text("read me") }
    routes.get("/closed", cors: CORS(includesOwn: false)) { _ in .text("") }
    let full = CORS(origins: ["https://page.test"], credentials: true, fields: ["X-Token", "Content-Type"], maxAge: 60)
    routes.get("/full", cors: full) { _ in .text("") }
    routes.on(.put, "/full", cors: full) { _ in .text("") }
    routes.on(.delete, "/full") { _ in .text("") }
    routes.get("/throws", cors: full) { _ in throw Failure() }
    routes.get("/vary", cors: full) { _ in
      var response = Response.text("")
      response.fields.append("X-Own", "yes")
      return response
    }
    routes.get("/negotiated", cors: full) { _ in Response(fields: ["Vary": "Accept, Cookie"]) }
    routes.get("/two", cors: CORS(origins: ["https://page.test:443"], includesOwn: false)) { _ in .text("") }
    routes.post("/two", cors: CORS(origins: ["https://other.test"], includesOwn: false)) { _ in .text("") }
  }

  static let names = [
    "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers", "Access-Control-Max-Age",
  ]

  @Test(arguments: ["/open", "/full", "/throws", "/vary"], ["GET", "HEAD"])
  func aListedPageMayRead(path: String, method: String) async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let client = try await RawClient(port: site.port)
      let answer = try await client.request(method, path, fields: ["Origin": "https://page.test"])
      #expect(answer["Access-Control-Allow-Origin"] == "https://page.test")
      #expect(answer["Access-Control-Allow-Credentials"] == (path == "/open" ? nil : "true"))
      #expect(answer["Vary"] == "Origin")
      #expect(answer["X-Own"] == (path == "/vary" ? "yes" : nil))
    }
  }

  /// Under another of its names, the server's own page is a foreign one to the browser.
  @Test func ourOwnPagesMayReadUnlessToldOtherwise() async throws {
    try await withSite(routes: Self.addRoutes) { site in
      for origin in ["http://localhost:\(site.port)", "http://127.0.0.1:\(site.port)"] {
        let open = try await RawResponse.get("/open", port: site.port, fields: ["Origin": origin])
        #expect(open["Access-Control-Allow-Origin"] == origin)
        let closed = try await RawResponse.get("/closed", port: site.port, fields: ["Origin": origin])
        #expect(closed["Access-Control-Allow-Origin"] == nil && closed["Vary"] == "Origin")
      }
    }
  }

  /// No answer allows what is not listed, and each one says that it depends on the origin: a cache must not give one
  /// page's answer to another.
  @Test(arguments: [
    "null", "http://page.test", "https://page.test:444", "https://x.page.test", "https://page.test.evil",
    "http://localhost.evil",
    "http://localhost", "https://page.test/", "https://page.test https://evil.test", "*", "", "file://",
  ])
  func noOtherPageMay(origin: String) async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let client = try await RawClient(port: site.port)
      for path in ["/open", "/full", "/throws", "/closed"] {
        for method in ["GET", "HEAD", "OPTIONS", "TRACE"] {
          let fields: KeyValuePairs = ["Origin": origin, "Access-Control-Request-Method": "GET"]
          let answer = try await client.request(method, path, fields: fields)
          for name in Self.names { #expect(answer.all(name).isEmpty, "\(method) \(path) \(name)") }
          #expect(answer["Vary"] == "Origin", "\(method) \(path)")
        }
      }
    }
  }

  @Test func withoutAnOriginItStillVaries() async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let answer = try await RawResponse.get("/full", port: site.port)
      #expect(answer["Vary"] == "Origin")
      for name in Self.names { #expect(answer.all(name).isEmpty) }
    }
  }

  @Test func aPreflightListsWhatIsAllowed() async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let fields: KeyValuePairs = ["Origin": "https://page.test", "Access-Control-Request-Method": "PUT"]
      let full = try await RawResponse.request("OPTIONS", "/full", port: site.port, fields: fields)
      #expect(full.status == 204)
      #expect(
        Self.names.map { full[$0] } == [
          "https://page.test", "true", "GET, HEAD, PUT", "X-Token, Content-Type", "60",
        ])
      #expect(full["Vary"] == "Origin" && full["Allow"] == "GET, HEAD, PUT, DELETE, OPTIONS")
      let read: KeyValuePairs = ["Origin": "https://page.test", "Access-Control-Request-Method": "GET"]
      let open = try await RawResponse.request("OPTIONS", "/open", port: site.port, fields: read)
      #expect(Self.names.map { open[$0] } == ["https://page.test", nil, "GET, HEAD", nil, "600"])
    }
  }

  /// The answer depends on what its handler says, and on the origin.
  @Test func anAnswerKeepsItsOwnVary() async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let answer = try await RawResponse.get("/negotiated", port: site.port, fields: ["Origin": "https://page.test"])
      #expect(answer.all("Vary") == ["Accept, Cookie", "Origin"])
      #expect(answer["Access-Control-Allow-Origin"] == "https://page.test")
    }
  }

  /// Each method has its own list; a preflight lists those that the page may use. The scheme's own port is left out.
  @Test(arguments: [("https://page.test", "GET", "GET, HEAD"), ("https://other.test", "POST", "POST")])
  func aPreflightListsNoOtherPagesMethods(origin: String, method: String, allowed: String) async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let fields: KeyValuePairs = ["Origin": origin, "Access-Control-Request-Method": method]
      let answer = try await RawResponse.request("OPTIONS", "/two", port: site.port, fields: fields)
      #expect(answer["Access-Control-Allow-Methods"] == allowed)
    }
  }

  /// A list counts for the method that it was given with: who may read may not write by it.
  @Test(arguments: [("/full", "DELETE"), ("/full", "POST"), ("/full", "put"), ("/open", "PUT")])
  func aPreflightForAnotherMethodAllowsNothing(path: String, method: String) async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let fields: KeyValuePairs = ["Origin": "https://page.test", "Access-Control-Request-Method": method]
      let answer = try await RawResponse.request("OPTIONS", path, port: site.port, fields: fields)
      for name in Self.names { #expect(answer.all(name).isEmpty) }
      #expect(answer["Vary"] == "Origin")
      let refused = try await RawResponse.request(
        "DELETE", path, port: site.port, fields: ["Origin": "https://page.test"])
      #expect(refused.status == 403 && refused["Vary"] == "Origin")
    }
  }

  /// What a preflight allows is answered, too.
  @Test func aListedPageMayPost() async throws {
    try await withSite(routes: { routes in
      let cors = CORS(origins: ["https://page.test"])
      routes.post("/x/:id", cors: cors) { request in Response(body: request.body) }
      routes.webSocket("/x/:id") { _ in }
      routes.post("/y") { _ in .text("") }
    }) { site in
      func post(_ path: String, _ fields: KeyValuePairs<String, String>) async throws -> RawResponse {
        try await RawResponse.request("POST", path, port: site.port, fields: fields, body: "written")
      }
      let asked: KeyValuePairs = ["Origin": "https://page.test", "Access-Control-Request-Method": "POST"]
      let preflight = try await RawResponse.request("OPTIONS", "/x/1", port: site.port, fields: asked)
      #expect(preflight["Access-Control-Allow-Methods"] == "POST")
      let answer = try await post("/x/1", ["Origin": "https://page.test"])
      #expect(answer.status == 200 && answer.text == "written")
      #expect(answer["Access-Control-Allow-Origin"] == "https://page.test" && answer["Vary"] == "Origin")
      #expect(try await post("/x/1", ["Origin": "http://localhost:\(site.port)"]).status == 200)

      for (path, fields) in [
        ("/x/1", ["Origin": "https://evil.test"]), ("/x/1", ["Origin": "null"]), ("/x/1", ["Origin": ""]),
        ("/x/1", ["Origin": "https://page.test", "origin": "https://evil.test"]),
        ("/x/1", ["Origin": "https://page.test", "Host": "evil.test"]),
        ("/y", ["Origin": "https://page.test"]), ("/z", ["Origin": "https://page.test"]),
      ] as [(String, KeyValuePairs<String, String>)] {
        let refusal = try await post(path, fields)
        #expect(refusal.status == 403, "\(path) \(fields)")
        #expect(refusal["Access-Control-Allow-Origin"] == nil)
      }
      // A WebSocket is no method: CORS does not know it.
      let client = try await RawClient(port: site.port)
      let handshake = try await client.webSocketHandshake(path: "/x/1", fields: ["Origin": "https://page.test"])
      #expect(handshake.status == 403 && handshake["Vary"] == "Origin")
    }
  }

  /// Without these fields it would look to the page as if the server were away.
  @Test(arguments: ["Content-Length: 2000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n1E8480\r\n"])
  func aPageMayReadThatItsBodyIsTooLarge(rest: String) async throws {
    try await withSite(routes: { routes in
      routes.post("/x", cors: CORS(origins: ["https://page.test"])) { _ in .text("") }
    }) { site in
      let client = try await RawClient(port: site.port)
      try await client.send("POST /x HTTP/1.1\r\nHost: localhost\r\nOrigin: https://page.test\r\n\(rest)")
      let answer = try await client.response()
      #expect(answer.status == 413)
      #expect(answer["Access-Control-Allow-Origin"] == "https://page.test" && answer["Vary"] == "Origin")
    }
  }

  @Test func aRouteWithoutCORSAllowsNothing() async throws {
    try await withSite(routes: Self.addRoutes) { site in
      for method in ["GET", "OPTIONS"] {
        let fields: KeyValuePairs = ["Origin": "http://localhost:\(site.port)", "Access-Control-Request-Method": "GET"]
        let answer = try await RawResponse.request(method, "/hello", port: site.port, fields: fields)
        for name in Self.names { #expect(answer.all(name).isEmpty) }
        #expect(answer["Vary"] == nil)
      }
    }
  }
}
