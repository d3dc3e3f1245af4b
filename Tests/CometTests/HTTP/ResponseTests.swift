import Comet
import Foundation
import TestSupport
import Testing

/// How answers go over the wire, whatever a handler does.
@Suite struct ResponseTests {
  @Test func everyAnswerSaysWhatItIs() async throws {
    try await withSite { site in
      let answer = try await RawResponse.get("/hello", port: site.port)
      #expect(answer.head.version == "HTTP/1.1")
      #expect(answer.reason == "OK")
      #expect(answer["Content-Length"] == "5")
      #expect(answer["Content-Type"] == "text/plain; charset=utf-8")
      #expect(answer["X-Content-Type-Options"] == "nosniff")
      let date = try #require(answer["Date"].flatMap { HTTPDate($0) })
      #expect(abs(date.seconds - HTTPDate.now.seconds) < 60)
    }
  }

  /// A CR, LF or NUL that came with the input stays in its line.
  @Test(arguments: ["%0d%0aSet-Cookie:%20a=b", "%0aX:%20y", "%0dX:%20y", "a%00b", "%0d%0a%0d%0a%3Cscript%3E"])
  func inputCannotSplitAnAnswer(query: String) async throws {
    try await withSite(routes: { routes in
      routes.get("/go") { request in
        var response = Response.redirect(to: request.query["to"] ?? "")
        response.fields.append("X-\(request.query["to"] ?? "")", "y")
        return response
      }
    }) { site in
      let client = try await RawClient(port: site.port)
      let answer = try await client.request("GET", "/go?to=\(query)")
      #expect(answer.status == 303)
      #expect(answer.fields.count == 5)
      #expect(answer["Set-Cookie"] == nil && answer["X"] == nil)
      #expect(answer.body.isEmpty)
      #expect(try await client.request("GET", "/hello").text == "hello")
    }
  }

  /// How a body is framed is the server's business: what a handler says about it is not sent.
  @Test(arguments: [
    ("Content-Length", "1"), ("Transfer-Encoding", "gzip"), ("Connection", "upgrade"), ("date", "now"),
    ("content-length", "99"),
  ])
  func aHandlerCannotContradictTheFraming(name: String, value: String) async throws {
    try await withSite(routes: { routes in
      routes.get("/own") { _ in Response(fields: [name: value, "X-Kept": "yes"], body: Array("hello".utf8)) }
      routes.get("/none") { _ in Response(.noContent, fields: [name: value], body: Array("hello".utf8)) }
    }) { site in
      let client = try await RawClient(port: site.port)
      let answer = try await client.request("GET", "/own")
      #expect(answer.text == "hello")
      #expect(answer["Content-Length"] == "5" && answer["X-Kept"] == "yes" && answer["Date"] != "now")
      #expect(try await client.request("GET", "/none").fields.map(\.name) == ["Date"])
      #expect(try await client.request("GET", "/hello").text == "hello")
    }
  }

  /// What is for this connection alone is listed in one line (RFC 9110 §7.8, RFC 9112 §9.6).
  @Test(arguments: [
    ("keep-alive", false, nil), ("close", false, "close"), ("keep-alive", true, "Upgrade"),
    ("close", true, "Upgrade, close"),
  ])
  func namesTheOptionsOfTheConnection(asked: String, offersUpgrade: Bool, told: String?) async throws {
    try await withSite(routes: { routes in
      routes.get("/offer") { _ in Response(fields: offersUpgrade ? ["Upgrade": "websocket"] : [:], body: []) }
    }) { site in
      let answer = try await RawResponse.get("/offer", port: site.port, fields: ["Connection": asked])
      #expect(answer.all("Connection") == (told.map { [$0] } ?? []))
    }
  }

  /// 204 and 304 end with their head; a byte after it would be the next answer.
  @Test(arguments: [204, 304])
  func someStatusesHaveNoBody(code: Int) async throws {
    try await withSite(routes: { routes in
      let status = Status(code: code, phrase: "")
      routes.get("/bytes") { _ in Response(status, body: Array("hello".utf8)) }
      routes.get("/pieces") { _ in .stream(status: status) { try await $0.write("hello") } }
    }) { site in
      let client = try await RawClient(port: site.port)
      for path in ["/bytes", "/pieces"] {
        let answer = try await client.request("GET", path)
        #expect(answer.status == code)
        #expect(answer["Transfer-Encoding"] == nil && answer["Content-Length"] == nil)
        #expect(try await client.request("GET", "/hello").text == "hello")
      }
    }
  }

  @Test func eachWriteIsAChunk() async throws {
    try await withSite { site in
      let answer = try await RawResponse.get("/stream", port: site.port)
      #expect(answer.chunks.map(\.text) == ["one", "two, three"])
      #expect(answer["Content-Length"] == nil)
    }
  }

  @Test func aHandlerThatThrowsIsAnsweredAndLogged() async throws {
    let log = Log()
    try await withSite(
      log: { log.entries.append($0) },
      routes: { routes in
        routes.get("/refuse") { _ in throw RequestError(.unprocessableContent, "No \"b\" without a.") }
      }
    ) { site in
      let client = try await RawClient(port: site.port)
      let failed = try await client.request("GET", "/fail?a=b")
      #expect(failed.status == 500)
      #expect(!failed.text.contains("Failure"))
      #expect(try await client.request("GET", "/refuse").text == "No \"b\" without a.\n")
      #expect(try await client.request("GET", "/hello").status == 200)
      let entries = await log.entries
      #expect(entries.map(\.request) == ["GET /fail?a=b", "GET /refuse", "GET /hello"])
      #expect(entries.map(\.status.code) == [500, 422, 200])
      #expect(entries.map(\.failure) == ["Failure()", nil, nil])
    }
  }

  /// What an error quotes of a client's text looks like no other line of the log.
  @Test func whatHasFailedIsOneLine() async throws {
    struct Quote: Error, CustomStringConvertible { let description: String }
    let log = Log()
    try await withSite(
      log: { log.entries.append($0) },
      routes: { routes in
        routes.post("/quote") { request in throw Quote(description: String(decoding: request.body, as: UTF8.self)) }
      }
    ) { site in
      let body = "é\r\nGET /forged 200 OK\u{85}\u{1B}[1m"
      _ = try await RawResponse.request("POST", "/quote", port: site.port, body: body)
      #expect(await log.entries.map(\.failure) == [#"é\r\nGET /forged 200 OK\u{0085}\u{1B}[1m"#])
    }
  }

  /// A body that fails is cut without its end, so that the client does not take a part for the whole.
  @Test func aStreamThatThrowsIsCut() async throws {
    let log = Log()
    try await withSite(
      log: { log.entries.append($0) },
      routes: { routes in
        routes.get("/cut") { _ in
          .stream(status: .created) { body in
            try await body.write("some")
            throw Failure()
          }
        }
      }
    ) { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/cut")
      #expect(try await client.head().status == 201)
      #expect(try await client.receiveToEnd().bytes == Array("4\r\nsome\r\n".utf8))
      #expect(await log.entries.map(\.status) == [.created, .created])
      #expect(await log.entries.last?.failure == "the stream was cut: Failure()")
    }
  }

  /// A request whose body cannot be read is still a request with a name.
  @Test func aBadBodyIsLoggedWithItsRequest() async throws {
    let log = Log()
    try await withSite(log: { log.entries.append($0) }) { site in
      let client = try await RawClient(port: site.port)
      try await client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")
      #expect(try await client.response().status == 400)
      #expect(await log.entries.map(\.request) == ["POST /echo"])
    }
  }

  @Test func aStreamThatIsKeptForTooLongTakesNothing() async throws {
    let keeper = Keeper()
    try await withSite(routes: { routes in
      routes.get("/kept") { _ in
        .stream { body in
          keeper.body = body
          try await body.write("whole")
        }
      }
    }) { site in
      let client = try await RawClient(port: site.port)
      #expect(try await client.request("GET", "/kept").text == "whole")
      await #expect(throws: BodyStream.Ended.self) { try await keeper.write("late") }
      #expect(try await client.request("GET", "/hello").text == "hello")
    }
  }

  /// A handler that keeps the stream for longer than its closure lasts gets an error, and the next answer gets no bytes
  /// of it.
  @Test func whatIsWrittenAfterTheEndIsAnError() async throws {
    @LoopActor final class Kept {
      var body: BodyStream?
      nonisolated init() {}

      func writeLate() async -> Bool {
        do { try await body?.write("late") } catch { return error is BodyStream.Ended }
        return false
      }
    }
    let kept = Kept()
    try await withSite(routes: { routes in
      routes.get("/kept") { _ in
        .stream { body in
          kept.body = body
          try await body.write("in time")
        }
      }
    }) { site in
      let client = try await RawClient(port: site.port)
      #expect(try await client.request("GET", "/kept").text == "in time")
      #expect(await kept.writeLate())
      #expect(try await client.request("GET", "/hello").text == "hello")
    }
  }
}

@LoopActor private final class Log {
  var entries: [LogEntry] = []
  nonisolated init() {}
}

@LoopActor private final class Keeper {
  var body: BodyStream?
  nonisolated init() {}

  func write(_ text: String) async throws { try await body?.write(text) }
}

extension HTTPDate {
  fileprivate static var now: HTTPDate { HTTPDate(seconds: Int(Date().timeIntervalSince1970)) }
}
