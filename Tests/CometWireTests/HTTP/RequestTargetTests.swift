import Testing

@testable import CometWire

/// The forms of a request target (RFC 9112 §3.2).
@Suite struct RequestTargetTests {
  @Test(
    arguments: [
      ("/", "/", nil), ("//", "//", nil), ("/a/b", "/a/b", nil), ("/?", "/", ""), ("/a?b=c", "/a", "b=c"),
      ("/a?b?c", "/a", "b?c"), ("/%41%2F..", "/%41%2F..", nil), ("/a;b=c,d", "/a;b=c,d", nil),
      (
        "/a//b/",
        "/a//b/", nil
      ),
      ("/http://b/", "/http://b/", nil), ("/{|}^`<>\"\\", "/{|}^`<>\"\\", nil),
    ] as [(String, String, String?)])
  func readsTheOriginForm(text: String, path: String, query: String?) throws {
    let target = try #require(RequestTarget(Array(text.utf8)[...], method: .get))
    #expect(target.form == .origin)
    #expect(target.path == path)
    #expect(target.query == query)
  }

  @Test(
    arguments: [
      ("http://a", "a", "/", nil), ("http://A/", "a", "/", nil), ("HTTP://a:1/b?c", "a:1", "/b", "c"),
      ("http://a?b", "a", "/", "b"), ("http://[::1]:2/x", "[::1]:2", "/x", nil), ("http://a//", "a", "//", nil),
    ] as [(String, String, String, String?)])
  func readsTheAbsoluteForm(text: String, authority: String, path: String, query: String?) throws {
    let target = try #require(RequestTarget(Array(text.utf8)[...], method: .post))
    #expect(target.form == .absolute(try #require(Authority(authority))))
    #expect(target.path == path)
    #expect(target.query == query)
  }

  @Test func theAsteriskIsForOptions() {
    let star = Array("*".utf8)[...]
    for method in Method.allCases {
      #expect(RequestTarget(star, method: method)?.form == (method == .options ? .asterisk : nil))
    }
    #expect(RequestTarget(Array("*/".utf8)[...], method: .options) == nil)
  }

  @Test(arguments: [
    "", "a", "?a", "a:80", "http:", "http:/", "http:/a", "http://", "http:///", "http://a:b/", "http://u@a/",
    "https://a/",
    "ftp://a/", "//a\0", "/a b", "/a\tb", "/#", "/é", "/\u{7F}", "http://a b/", "http://a#b", "*?a",
  ])
  func refuses(text: String) {
    for method in [Method.get, .options] { #expect(RequestTarget(Array(text.utf8)[...], method: method) == nil) }
  }
}
