import Comet
import TestSupport
import Testing

/// Which handler answers a path, and with what parameters.
@Suite struct RouteTests {
  @LoopActor static func addRoutes(_ routes: inout Routes) {
    routes.get("/") { _ in .text("root") }
    routes.get("/time") { _ in .text("time") }
    routes.get("/news/:year/:id") { request in
      .text("news \(request.parameters["year"] ?? "-")|\(request.parameters["id"] ?? "-")")
    }
    routes.get("/news/today/first") { _ in .text("first") }
    routes.get("/news/:day/first") { _ in .text("never") }
    routes.get("/files/*") { request in .text("rest \(request.parameters["*"] ?? "-")") }
    routes.get("/a/:b/c/*") { request in .text("\(request.parameters["b"] ?? "-")|\(request.parameters["*"] ?? "-")") }
    routes.get("/a b") { _ in .text("space") }
    routes.get("/é") { _ in .text("accent") }
    routes.get("bare") { _ in .text("bare") }
    routes.get("bare/:id") { request in .text("bare \(request.parameters["id"] ?? "-")") }
    routes.get("/twice") { _ in .text("old") }
    routes.get("/twice") { _ in .text("new") }
    routes.get("/query") { request in .text("\(request.path)|\(request.query.fields.map { "\($0.name)=\($0.value)" })")
    }
  }

  @Test(arguments: [
    ("/", "root"), ("/?a=b", "root"), ("/time", "time"), ("/time?", "time"), ("/%74ime", "time"),
    (
      "/%74im%65",
      "time"
    ),
    ("/news/2026/7", "news 2026|7"), ("/news/2026/%37", "news 2026|7"), ("/news/a%2Fb/c", "news a/b|c"),
    ("/news/%E6%8E%A5/%2e%2e", "news 接|.."), ("/news/a/%3Aid", "news a|:id"), ("/news/x/first", "news x|first"),
    ("/news/today/first", "first"), ("/news/%74oday/first", "first"), ("/files/", "rest "), ("/files", "rest "),
    ("/files/a/b", "rest a/b"), ("/files/a%2Fb//c/", "rest a/b//c/"), ("/a/1/c/", "1|"), ("/a/1/c/d/e", "1|d/e"),
    ("/a%20b", "space"), ("/%61%20b", "space"), ("/%C3%A9", "accent"), ("/twice", "new"),
    ("/bare", "bare"), ("/bare/1", "bare 1"),
    ("/query?a=1&b=c%26d&a=+", #"/query|["a=1", "b=c&d", "a= "]"#), ("http://localhost/time", "time"),
  ])
  func findsTheHandler(target: String, text: String) async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let answer = try await RawResponse.get(target, port: site.port)
      #expect(answer.status == 200)
      #expect(answer.text == text)
    }
  }

  /// Two paths of the same shape, and a path and a pattern, may share an address between their methods.
  @Test(
    arguments: [
      ("POST", "/items/new", 200, "posted new", nil), ("GET", "/items/new", 200, "form", nil),
      ("GET", "/x/1", 200, "a 1", nil), ("POST", "/x/1", 200, "b 1", nil),
      ("PUT", "/x/1", 405, nil, "GET, HEAD, POST, OPTIONS"),
      ("OPTIONS", "/items/new", 204, nil, "GET, HEAD, POST, OPTIONS"),
      // The rest of everything does not answer for what has an address of its own.
      ("GET", "/only", 405, nil, "POST, OPTIONS"), ("GET", "/items/1/2", 200, "rest", nil),
      ("GET", "/folder/none", 404, nil, nil),
    ] as [(String, String, Int, String?, String?)])
  func methodsMayHaveRoutesOfTheirOwn(
    method: String, path: String, status: Int, text: String?, allow: String?
  ) async throws {
    try await withFolder { folder in
      let files = try #require(StaticFiles(folder: folder.path))
      try await withSite(routes: { routes in
        routes.get("/items/new") { _ in .text("form") }
        routes.post("/items/:id") { request in .text("posted \(request.parameters["id"] ?? "-")") }
        routes.get("/x/:a") { request in .text("a \(request.parameters["a"] ?? "-")") }
        routes.post("/x/:b") { request in .text("b \(request.parameters["b"] ?? "-")") }
        routes.post("/only") { _ in .text("") }
        routes.files("/folder", from: files)
        routes.get("/*") { _ in .text("rest") }
      }) { site in
        let answer = try await RawResponse.request(method, path, port: site.port)
        #expect(answer.status == status)
        if let text { #expect(answer.text == text) }
        #expect(answer["Allow"] == allow)
      }
    }
  }

  /// An encoded slash never makes a new segment, a parameter is never empty, and case matters.
  @Test(arguments: [
    "/nothing", "/Time", "/time/", "//time", "/time/x", "/news/2026", "/news/2026/", "/news//7", "/news/2026/7/8",
    "/news%2F2026/7", "/news%2Ftoday%2Ffirst", "/files%2Fa", "/a//c/d", "/%2Ftime", "/tim%", "/tim%6",
    "/tim%zz", "/%FF",
    "/news/%zz/1", "/time%00", "/./time", "/x/../time", "/time;x",
    // The same text as `/é` to a reader, but other bytes.
    "/e%CC%81",
  ])
  func findsNothing(target: String) async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let client = try await RawClient(port: site.port)
      let answer = try await client.request("GET", target)
      #expect(answer.status == 404)
      #expect(answer["Content-Type"] == "text/plain; charset=utf-8")
      #expect(try await client.request("POST", target).status == 404)
    }
  }
}
