import CometWire
import Testing

/// Heads that are right.
@Suite struct RequestHeadTests {
  @Test(arguments: [
    ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1", ["Host: a"]),
    ("GET /a/b?c=d&e HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a/b?c=d&e HTTP/1.1", ["Host: a"]),
    ("GET /? HTTP/1.1\r\nHost: a\r\n\r\n", "GET /? HTTP/1.1", ["Host: a"]),
    ("HEAD /%2e HTTP/1.1\r\nhost:a\r\n\r\n", "HEAD /%2e HTTP/1.1", ["host: a"]),
    ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS  HTTP/1.1", ["Host: a"]),
    ("GET http://b:1/x HTTP/1.1\r\nHost: a\r\n\r\n", "GET /x HTTP/1.1", ["Host: a"]),
    ("GET HTTP://b?q HTTP/1.1\r\nHost: a\r\n\r\n", "GET /?q HTTP/1.1", ["Host: a"]),
    ("GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0", []),
    ("GET / HTTP/1.7\r\nHost: a\r\n\r\n", "GET / HTTP/1.1", ["Host: a"]),
    // One empty line before the request line is forgiven (RFC 9112 §2.2).
    ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1", ["Host: a"]),
    ("GET / HTTP/1.1\r\nHost: \t a \t\r\nX:\r\nY: \r\n\r\n", "GET / HTTP/1.1", ["Host: a", "X: ", "Y: "]),
    (
      "GET / HTTP/1.1\r\nHost: a\r\nX: b\tc  d\r\nX: é:\r\n\r\n", "GET / HTTP/1.1",
      [
        "Host: a", "X: b\tc  d",
        "X: é:",
      ]
    ),
    (
      "PATCH /|\" HTTP/1.1\r\nHost: a\r\n!#$%&'*+-.^_`|~0: 1\r\n\r\n", "PATCH /|\" HTTP/1.1",
      [
        "Host: a",
        "!#$%&'*+-.^_`|~0: 1",
      ]
    ),
  ])
  func readsRightHeads(text: String, line: String, fields: [String]) {
    let whole = ParsedRequests(text)
    #expect(whole.requests == [.init(line: line, fields: fields, body: "")])
    #expect(whole.failure == nil && !whole.isWaiting)
    #expect(ParsedRequests(text, pieceSize: 1) == whole)
    for length in 0..<text.utf8.count {
      let part = Array(text.utf8.prefix(length))
      for pieceSize in [1, Int.max] {
        let read = ParsedRequests(part, pieceSize: pieceSize)
        #expect(read.requests.isEmpty && read.failure == nil, "\(length) bytes")
        #expect(read.isWaiting == (length > 0), "\(length) bytes")
      }
    }
  }

  @Test func knowsTheMethodsOfItsList() throws {
    for method in Method.allCases {
      #expect(try readHead(request("\(method.rawValue) / HTTP/1.1"))?.method == method)
    }
    #expect(Method.allCases.filter(\.isSafe) == [.get, .head, .options, .trace])
  }

  @Test(arguments: [
    ([], true), (["Connection: close"], false), (["Connection: Close"], false),
    (["Connection: keep-alive, CLOSE"], false),
    (["Connection: upgrade", "Connection: close"], false), (["Connection: keep-alive"], true),
    (["Connection: closed"], true), (["X-Connection: close"], true),
  ])
  func persistsUnlessToldOtherwise(fields: [String], persists: Bool) throws {
    let text = "GET / HTTP/1.1\r\nHost: a\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    #expect(try readHead(text)?.isPersistent == persists)
  }

  @Test func closesAfterHTTP10() throws {
    #expect(try readHead("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")?.isPersistent == false)
  }

  @Test(
    arguments: [
      (request("GET / HTTP/1.1"), "localhost", nil),
      ("GET http://Other.Test:81/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "other.test", 81),
      ("GET / HTTP/1.0\r\nHost: a:1\r\n\r\n", "a", 1),
    ] as [(String, String, Int?)])
  func takesTheHostOfAnAbsoluteTarget(text: String, host: String, port: Int?) throws {
    let authority = try #require(try readHead(text)?.host)
    #expect(authority.host == host)
    #expect(authority.port == port)
  }

  @Test func onlyHTTP10GoesWithoutAHost() throws {
    let head = try #require(try readHead("GET / HTTP/1.0\r\n\r\n"))
    #expect(head.host == nil)
  }

  @Test(arguments: [
    (request("POST / HTTP/1.1", "Expect: 100-continue", "Content-Length: 1"), true),
    (request("POST / HTTP/1.1", "Expect: 100-Continue", "Content-Length: 1"), true),
    (request("POST / HTTP/1.1", "Content-Length: 1"), false),
    // An HTTP/1.0 client would not understand the interim answer (RFC 9110 §10.1.1).
    (request("POST / HTTP/1.0", "Expect: 100-continue", "Content-Length: 1"), false),
    (request("POST / HTTP/1.0", "Expect: miracles", "Content-Length: 1"), false),
  ])
  func expectsContinue(text: String, expected: Bool) throws {
    #expect(try readHead(text)?.expectsContinue == expected)
  }
}
