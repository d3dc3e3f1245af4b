import Comet
import TestSupport
import Testing

/// Parts of files (RFC 9110 §14).
@Suite struct RangeTests {
  static let text = "0123456789"

  static func fill(_ folder: Folder) throws {
    try folder.write("www/a.txt", text)
    try folder.write("www/empty.txt", "")
    try folder.write("www/large.bin", large)
  }

  /// Too large to be kept in memory.
  static let large = (0..<100).flatMap { [UInt8](repeating: $0, count: 3001) }

  @Test(arguments: [
    ("bytes=0-0", "0", "bytes 0-0/10"), ("bytes=2-4", "234", "bytes 2-4/10"), ("bytes=7-", "789", "bytes 7-9/10"),
    ("bytes=-2", "89", "bytes 8-9/10"), ("bytes=5-99", "56789", "bytes 5-9/10"), ("bytes=0-", text, "bytes 0-9/10"),
  ])
  func sendsThePart(field: String, part: String, contentRange: String) async throws {
    try await withFiles(fill: Self.fill) { site, _ in
      let client = try await RawClient(port: site.port)
      let full = try await client.request("GET", "/a.txt")
      let answer = try await client.request("GET", "/a.txt", fields: ["Range": field])
      #expect(answer.status == 206)
      #expect(answer.text == part)
      #expect(answer["Content-Range"] == contentRange)
      for name in ["ETag", "Last-Modified", "Content-Type", "Cache-Control"] { #expect(answer[name] == full[name]) }
    }
  }

  @Test(arguments: ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=999999-"])
  func refusesWhatIsNotInTheFile(field: String) async throws {
    try await withFiles(fill: Self.fill) { site, _ in
      let client = try await RawClient(port: site.port)
      let answer = try await client.request("GET", "/a.txt", fields: ["Range": field])
      #expect(answer.status == 416)
      #expect(answer["Content-Range"] == "bytes */10")
      let empty = try await client.request("GET", "/empty.txt", fields: ["Range": field])
      #expect(empty.status == 416)
    }
  }

  @Test(arguments: [
    "bytes=4-2", "bytes=0-1,3-4", "lines=0-1", "bytes=x", "", "bytes=0-1-2", "0-1", "bytes=-", "bytes=+1-2",
  ])
  func ignoresWhatItDoesNotUnderstand(field: String) async throws {
    try await withFiles(fill: Self.fill) { site, _ in
      let answer = try await RawResponse.get("/a.txt", port: site.port, fields: ["Range": field])
      #expect(answer.status == 200 && answer.text == Self.text)
      #expect(answer["Content-Range"] == nil)
    }
  }

  /// If-Range: a part is of use only to somebody who has the rest of the same file (RFC 9110 §13.1.5).
  @Test func aPartOfAnotherFileIsNotSent() async throws {
    try await withFiles(fill: Self.fill) { site, _ in
      let client = try await RawClient(port: site.port)
      let full = try await client.request("GET", "/a.txt")
      let (tag, date) = (full["ETag"] ?? "", full["Last-Modified"] ?? "")
      for (value, status) in [
        (tag, 206), (date, 200), ("\"x\"", 200), ("W/" + tag, 200), ("Sun, 06 Nov 1994 08:49:37 GMT", 200),
        ("", 200),
        ("*", 200),
      ] {
        let answer = try await client.request("GET", "/a.txt", fields: ["Range": "bytes=0-1", "If-Range": value])
        #expect(answer.status == status, "\(value)")
        #expect(answer.text == (status == 206 ? "01" : Self.text))
        // What is out of range in the old file is not in the new one.
        let outside = try await client.request("GET", "/a.txt", fields: ["Range": "bytes=99-", "If-Range": value])
        #expect(outside.status == (status == 206 ? 416 : 200))
      }
    }
  }

  @Test func partsOfALargeFileFitTogether() async throws {
    try await withFiles(fill: Self.fill) { site, _ in
      let client = try await RawClient(port: site.port)
      var joined: [UInt8] = []
      while joined.count < Self.large.count {
        let range = "bytes=\(joined.count)-\(joined.count + 70_000)"
        let answer = try await client.request("GET", "/large.bin", fields: ["Range": range])
        #expect(answer.status == 206)
        joined += answer.body
      }
      #expect(joined == Self.large)
    }
  }
}
