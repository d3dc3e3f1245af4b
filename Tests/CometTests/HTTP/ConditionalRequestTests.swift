import Comet
import TestSupport
import Testing

/// "You have it already": 304 by tag and by date (RFC 9110 §13).
@Suite struct ConditionalRequestTests {
  /// Sun, 06 Nov 1994 08:49:37 GMT
  static let modified = 784_111_777

  static func fill(_ folder: Folder) throws {
    try folder.write("www/a.txt", "0123456789")
    try folder.setModified("www/a.txt", Double(modified) + 0.5)
  }

  @Test func sendsBothValidators() async throws {
    try await withFiles(fill: Self.fill) { site, _ in
      let answer = try await RawResponse.get("/a.txt", port: site.port)
      #expect(answer["Last-Modified"] == "Sun, 06 Nov 1994 08:49:37 GMT")
      let tag = try #require(answer["ETag"])
      #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.count > 2)
    }
  }

  /// A date that lies ahead would tell a cache that it has the newest (RFC 9110 §8.8.2.1).
  @Test func noDateIsLaterThanTheAnswer() async throws {
    try await withFiles(fill: { folder in
      try folder.write("www/a.txt", "0123456789")
      try folder.setModified("www/a.txt", 4_000_000_000)
    }) { site, _ in
      let answer = try await RawResponse.get("/a.txt", port: site.port)
      let (modified, date) = (answer["Last-Modified"].flatMap { HTTPDate($0) }, answer["Date"].flatMap { HTTPDate($0) })
      #expect(try #require(modified) <= #require(date))
    }
  }

  /// `TAG` stands for the tag that the file has.
  static let cases: [(fields: KeyValuePairs<String, String>, status: Int)] = [
    (["If-None-Match": "TAG"], 304), (["If-None-Match": "W/TAG"], 304), (["If-None-Match": "*"], 304),
    (["If-None-Match": "\"x\", TAG"], 304), (["If-None-Match": "\"x\""], 200), (["If-None-Match": "x"], 200),
    (["If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"], 304),
    (["If-Modified-Since": "Sunday, 06-Nov-94 08:49:38 GMT"], 304),
    (["If-Modified-Since": "Sun Nov  6 08:49:36 1994"], 200),
    (["If-Modified-Since": "Fri, 01 Jan 2027 00:00:00 GMT"], 304),
    (["If-Modified-Since": "yesterday"], 200), (["If-Modified-Since": ""], 200),
    // The tag is the better witness: with it the date is not asked.
    (["If-None-Match": "\"x\"", "If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"], 200),
    (["If-None-Match": "TAG", "If-Modified-Since": "Sun, 06 Nov 1994 08:49:36 GMT"], 304),
    // 304 goes before a part.
    (["If-None-Match": "TAG", "Range": "bytes=0-1"], 304), (["If-None-Match": "\"x\"", "Range": "bytes=0-1"], 206),
  ]

  @Test(arguments: ["GET", "HEAD"])
  func answersByWhatTheClientHas(method: String) async throws {
    try await withFiles(fill: Self.fill) { site, _ in
      let client = try await RawClient(port: site.port)
      let full = try await client.request("GET", "/a.txt")
      let tag = try #require(full["ETag"])
      for (fields, status) in Self.cases {
        let lines = fields.map { "\($0.key): \($0.value.replacing("TAG", with: tag))\r\n" }.joined()
        try await client.send("\(method) /a.txt HTTP/1.1\r\nHost: localhost\r\n\(lines)\r\n")
        let answer = try await client.response(toHEAD: method == "HEAD")
        // Range is for GET alone (RFC 9110 §14.2).
        #expect(answer.status == (method == "HEAD" && status == 206 ? 200 : status), "\(fields)")
        #expect(answer["ETag"] == tag && answer["Last-Modified"] == full["Last-Modified"])
        #expect(answer["Cache-Control"] == "no-cache")
        if status == 304 { #expect(answer.body.isEmpty && answer["Content-Length"] == nil) }
      }
    }
  }

  static let preconditions: [(fields: KeyValuePairs<String, String>, status: Int)] = [
    (["If-Match": "TAG"], 200), (["If-Match": "*"], 200), (["If-Match": "\"x\", TAG"], 200),
    (["If-Match": "\"x\"", "if-match": "TAG"], 200), (["If-Match": "\"x\""], 412), (["If-Match": ""], 412),
    // The strong comparison, in which a weak tag equals none.
    (["If-Match": "W/TAG"], 412),
    (["If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"], 200),
    (["If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:36 GMT"], 412),
    (["If-Unmodified-Since": "yesterday"], 200),
    // The tag is the better witness here, too.
    (["If-Match": "TAG", "If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:36 GMT"], 200),
    (["If-Match": "\"x\"", "If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"], 412),
    // 412 goes before all else.
    (["If-Match": "\"x\"", "If-None-Match": "TAG"], 412), (["If-Match": "\"x\"", "Range": "bytes=0-1"], 412),
    (["If-None-Match": "\"x\"", "if-none-match": "TAG"], 304), (["If-None-Match": "\"x\"", "if-none-match": ""], 200),
    (["If-Match": "TAG", "If-None-Match": "TAG"], 304), (["If-Match": "TAG", "Range": "bytes=0-1"], 206),
  ]

  @Test(arguments: ["GET", "HEAD"])
  func refusesToAnswerForAnotherFile(method: String) async throws {
    try await withFiles(fill: Self.fill) { site, _ in
      let client = try await RawClient(port: site.port)
      let tag = try #require(try await client.request("GET", "/a.txt")["ETag"])
      for (fields, status) in Self.preconditions {
        let lines = fields.map { "\($0.key): \($0.value.replacing("TAG", with: tag))\r\n" }.joined()
        try await client.send("\(method) /a.txt HTTP/1.1\r\nHost: localhost\r\n\(lines)\r\n")
        let answer = try await client.response(toHEAD: method == "HEAD")
        #expect(answer.status == (method == "HEAD" && status == 206 ? 200 : status), "\(fields)")
      }
      // What is not there has no state that could be wrong (RFC 9110 §13.2.1).
      #expect(try await client.request("GET", "/b.txt", fields: ["If-Match": "\"x\""]).status == 404)
    }
  }
}
