import Comet
import TestSupport
import Testing

/// What a handler can ask a request for.
@Suite struct RequestTests {
  struct Point: Codable {
    var x: Int
    var y: Int?
  }

  @LoopActor static func addRoutes(_ routes: inout Routes) {
    routes.post("/form") { request in .text(try request.form()["name"] ?? "no name") }
    routes.post("/json") { request in try .json(try request.json(Point.self)) }
    routes.get("/cursor") { request in .text("\(request.cursor ?? -1) \(request.lastEventID ?? -1)") }
    routes.get("/fields") { request in
      // Answering with what has come is allowed, and cannot split the answer.
      var fields = request.fields
      fields.append("X-Added", "yes")
      return Response(fields: fields, body: Array("fields".utf8))
    }
  }

  @Test(
    arguments: [
      ("application/x-www-form-urlencoded", "name=a+b%21", 200, "a b!"),
      ("application/x-www-form-urlencoded\t ;charset=utf-8", "name=a", 200, "a"),
      ("Application/X-WWW-Form-URLencoded; charset=utf-8", "name=é&name=c", 200, "é"),
      ("application/x-www-form-urlencoded", "", 200, "no name"),
      ("text/plain", "name=a", 415, nil), ("multipart/form-data", "name=a", 415, nil),
      ("application/x-www-form-urlencoded", String(repeating: "a&", count: 1001), 400, nil),
    ] as [(String, String, Int, String?)])
  func readsForms(type: String, body: String, status: Int, text: String?) async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let answer = try await RawResponse.request(
        "POST", "/form", port: site.port, fields: ["Content-Type": type], body: body)
      #expect(answer.status == status)
      if let text { #expect(answer.text == text) }
    }
  }

  @Test(
    arguments: [
      (#"{"x":1}"#, #"{"x":1}"#), (#" {"y":2, "z":[], "x":1} "#, #"{"x":1,"y":2}"#), (#"{"y":2}"#, nil),
      (#"{"x":"1"}"#, nil),
      ("", nil), ("{", nil), ("[1]", nil), (#"{"x":1e99}"#, nil), ("\u{0}", nil),
    ] as [(String, String?)])
  func readsJSON(body: String, text: String?) async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let answer = try await RawResponse.request("POST", "/json", port: site.port, body: body)
      #expect(answer.status == (text == nil ? 400 : 200))
      if let text { #expect(answer.text == text && answer["Content-Type"] == "application/json") }
    }
  }

  /// Ids are numbers to which one can always be added.
  @Test(arguments: [
    ("0", 0), ("7", 7), ("007", 7), ("9007199254740992", 9_007_199_254_740_992), ("9007199254740993", -1),
    ("", -1), ("-1", -1),
    ("a", -1), ("1.5", -1), ("0x1", -1), ("99999999999999999999", -1), ("٣", -1),
  ])
  func readsCursors(text: String, number: Int) async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let answer = try await RawResponse.get("/cursor", port: site.port, fields: ["Last-Event-ID": text])
      #expect(answer.text == "-1 \(number)")
      let encoded = text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      let polled = try await RawResponse.get("/cursor?after=\(encoded)", port: site.port)
      #expect(polled.text == "\(number) -1")
    }
  }

  /// It has no meaning, and would be kept for as long as the answer is held.
  @Test func theBodyOfGetIsDropped() async throws {
    try await withSite(routes: { routes in
      routes.get("/body") { request in .text("\(request.body.count)") }
    }) { site in
      let client = try await RawClient(port: site.port)
      for _ in 1...2 { #expect(try await client.request("GET", "/body", body: [1, 2]).text == "0") }
    }
  }

  @Test func fieldsMayBeSentBack() async throws {
    try await withSite(routes: Self.addRoutes) { site in
      let client = try await RawClient(port: site.port)
      let answer = try await client.request("GET", "/fields", fields: ["X-Sent": "b"])
      #expect(answer.text == "fields")
      #expect(answer["X-Sent"] == "b" && answer["X-Added"] == "yes" && answer["Content-Length"] == "6")
      #expect(try await client.request("GET", "/hello").text == "hello")
    }
  }
}
