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
}
