import Comet
import TestSupport
import Testing

/// GET, HEAD, OPTIONS, and what is not allowed (RFC 9110 §9).
@Suite struct MethodTests {
  @LoopActor static func addRoutes(_ routes: inout Routes) {
    routes.get("/both") { _ in .text("got") }
    routes.post("/both") { _ in .text("posted", status: .created) }
    routes.on(.delete, "/thing/:id") { request in .text("deleted \(request.parameters["id"] ?? "")") }
    routes.on(.head, "/own") { _ in Response(fields: ["X-Own": "HEAD"]) }
    routes.get("/own") { _ in Response(fields: ["X-Own": "GET"]) }
    routes.on(.options, "/asked") { _ in .text("asked") }
    routes.webSocket("/socket") { _ in }
  }

  @Test(arguments: [
    ("PUT", "/both", "GET, HEAD, POST, OPTIONS"), ("TRACE", "/both", "GET, HEAD, POST, OPTIONS"),
    ("GET", "/thing/1", "DELETE, OPTIONS"), ("HEAD", "/thing/1", "DELETE, OPTIONS"),
    (
      "POST", "/hello",
      "GET, HEAD, OPTIONS"
    ),
    ("POST", "/socket", "GET, OPTIONS"), ("GET", "/asked", "OPTIONS"),
  ])
  func aMethodThatIsNotThereGetsTheListOfThoseThatAre(method: String, path: String, allow: String) async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let client = try await RawClient(port: site.port)
      let answer = try await client.request(method, path)
      #expect(answer.status == 405)
      #expect(answer["Allow"] == allow)
      #expect(try await client.request("GET", "/hello").status == 200)
    }
  }

  @Test(arguments: [
    ("/both", "GET, HEAD, POST, OPTIONS"), ("/thing/1", "DELETE, OPTIONS"), ("/hello", "GET, HEAD, OPTIONS"),
    ("/socket", "GET, OPTIONS"),
  ])
  func optionsListsTheMethods(path: String, allow: String) async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let client = try await RawClient(port: site.port)
      let answer = try await client.request("OPTIONS", path)
      #expect(answer.status == 204)
      #expect(answer["Allow"] == allow)
      #expect(try await client.request("OPTIONS", "/asked").text == "asked")
      #expect(try await client.request("OPTIONS", "/nothing").status == 404)
      let whole = try await client.request("OPTIONS", "*")
      #expect(whole.status == 204)
      #expect(whole["Allow"] == "GET, HEAD, POST, OPTIONS")
    }
  }

  /// HEAD works wherever GET does, with the same fields and no body; one byte too many would spoil the next answer.
  @Test(arguments: ["/hello", "/both", "/stream", "/fail", "/nothing", "/socket", "/hello?a=b"])
  func headIsGetWithoutABody(path: String) async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let client = try await RawClient(port: site.port)
      let get = try await client.request("GET", path)
      let head = try await client.request("HEAD", path)
      if path == "/socket" {
        // What a page would be told there is for GET only.
        #expect(get.status == 426 && head.status == 405)
      } else {
        #expect(head.status == get.status)
        #expect(head.fields.filter { $0.name != "Date" } == get.fields.filter { $0.name != "Date" })
      }
      #expect(try await client.request("GET", "/hello").text == "hello")
    }
  }

  /// A head that cannot be read has a method all the same, and a client that does not wait for content.
  @Test(arguments: [
    ("/time HTTP/1.1\r\n", 400), ("/time HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n", 400),
    ("/time HTTP/1.1\r\nHost: localhost\r\nExpect: x\r\n", 417), ("/time HTTP/2.0\r\nHost: localhost\r\n", 505),
    ("/" + String(repeating: "a", count: 8200) + " HTTP/1.1\r\nHost: localhost\r\n", 414),
    ("/time HTTP/1.1\r\nHost: localhost\r\n" + String(repeating: "a: b\r\n", count: 101), 431),
  ])
  func aRefusedHeadHasNoBody(rest: String, status: Int) async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      // Behind an empty line, which is no part of it.
      try await client.send("\r\nHEAD \(rest)\r\n")
      let answer = try await client.receiveToEnd().bytes.text
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
      #expect(answer.hasSuffix("\r\n\r\n") && answer.ranges(of: "\r\n\r\n").count == 1, "\(answer)")
    }
  }

  @Test func aHandlerForHeadGoesFirst() async throws {
    try await withSite(routes: Self.addRoutes) { site in
      for method in ["HEAD", "GET"] {
        let answer = try await RawResponse.request(method, "/own", port: site.port)
        #expect(answer["X-Own"] == method)
        // It does not know how long the other's answer would be (RFC 9110 §8.6).
        #expect((answer["Content-Length"] == nil) == (method == "HEAD"))
      }
    }
  }

  /// A stream is not begun for HEAD, so that nothing is left behind.
  @Test func headStartsNoStream() async throws {
    try await withSite { site in
      let client = try await RawClient(port: site.port)
      let head = try await client.request("HEAD", "/ticks")
      #expect(head["Transfer-Encoding"] == "chunked")
      try await client.expectOpen()
      #expect(await site.notes.calls == 0)
      #expect(try await client.request("GET", "/hello").text == "hello")
    }
  }
}
