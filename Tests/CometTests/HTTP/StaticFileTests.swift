import Comet
import Foundation
import Synchronization
import TestSupport
import Testing

/// Files of a folder: what they are, and what is said about them.
@Suite struct StaticFileTests {
  @Test(arguments: [
    ("a.html", "text/html; charset=utf-8"), ("a.css", "text/css; charset=utf-8"),
    (
      "a.js",
      "text/javascript; charset=utf-8"
    ),
    ("a.txt", "text/plain; charset=utf-8"), ("a.swift", "text/plain; charset=utf-8"), ("a.svg", "image/svg+xml"),
    ("a.json", "application/json"), ("a.png", "image/png"), ("a.HTML", "text/html; charset=utf-8"),
    ("a.tar.gz", "application/octet-stream"), ("a", "application/octet-stream"),
    (
      "html",
      "text/html; charset=utf-8"
    ),
    ("a.min.js", "text/javascript; charset=utf-8"), ("a b+c.txt", "text/plain; charset=utf-8"),
  ])
  func tellsTheTypeByTheEnding(name: String, type: String) async throws {
    try await withFiles(fill: { try $0.write("www/\(name)", "text é") }) { site, _ in
      let path = "/" + name.replacingOccurrences(of: " ", with: "%20")
      let answer = try await RawResponse.get(path, port: site.port)
      #expect(answer.status == 200 && answer.text == "text é")
      // A name without a dot is no ending.
      #expect(answer["Content-Type"] == (name == "html" ? "application/octet-stream" : type))
      #expect(answer["X-Content-Type-Options"] == "nosniff")
      #expect(answer["Cache-Control"] == "no-cache" && answer["Accept-Ranges"] == "bytes")
      #expect(answer["Content-Length"] == "7")
    }
  }

  @Test(arguments: ["", "small", String(repeating: "large ", count: 60_000)])
  func headHasTheFieldsOfGet(text: String) async throws {
    try await withFiles(fill: { try $0.write("www/a.txt", text) }) { site, _ in
      let client = try await RawClient(port: site.port)
      let get = try await client.request("GET", "/a.txt")
      #expect(get.text == text)
      let head = try await client.request("HEAD", "/a.txt")
      #expect(head.fields.filter { $0.name != "Date" } == get.fields.filter { $0.name != "Date" })
      #expect(head["Content-Length"] == "\(text.utf8.count)")
      #expect(try await client.request("POST", "/a.txt").status == 405)
    }
  }

  @Test func pagesGetTheirOwnFields() async throws {
    try await withFiles(
      pageFields: { ["X-Page": "\($0.count)", "Cache-Control": "max-age=60", "ETag": "mine"] },
      fill: {
        try $0.write("www/a.html", "<p>")
        try $0.write("www/b.HTM", "<p>b")
        try $0.write("www/large.html", String(repeating: "<p>", count: 100_000))
        try $0.write("www/a.txt", "text")
      }
    ) { site, _ in
      // The second time it comes from memory.
      for _ in 1...2 {
        let page = try await RawResponse.get("/a.html", port: site.port)
        let text = try await RawResponse.get("/a.txt", port: site.port)
        #expect(page["X-Page"] == "3" && text["X-Page"] == nil)
        #expect(page.fields.filter { $0.name == "Cache-Control" }.map(\.value) == ["max-age=60"])
        #expect(text["Cache-Control"] == "no-cache")
        let tags = page.fields.filter { $0.name == "ETag" }.map(\.value)
        #expect(tags.count == 1 && tags.first != "mine", "\(tags)")
        let other = try await RawResponse.get("/b.HTM", port: site.port)
        let large = try await RawResponse.get("/large.html", port: site.port)
        #expect(other["X-Page"] == "4" && large["X-Page"] == "0" && large.body.count == 300_000)
      }
    }
  }

  /// However its path is spelled, and without taking one file for another.
  @Test func aPageIsMadeOnce() async throws {
    try await withFolder { folder in
      try folder.write("ab.html", "<p>ab")
      try folder.write("a%62.html", "<p>a%62")
      let made = Mutex(0)
      let files = StaticFiles(folder: folder.path) { _ in
        made.withLock { $0 += 1 }
        return Fields()
      }
      try await withSite(routes: { routes in if let files { routes.files("/", from: files) } }) { site in
        for (path, text) in [
          ("/ab.html", "<p>ab"), ("/a%62.html", "<p>ab"), ("/%61%62.html", "<p>ab"), ("/a%2562.html", "<p>a%62"),
          ("/%61%2562.html", "<p>a%62"), ("/a%62.html", "<p>ab"),
        ] {
          let answer = try await RawResponse.get(path, port: site.port)
          #expect(answer.text == text)
        }
      }
      #expect(made.withLock { $0 } == 2)
    }
  }

  /// A learner changes a page and reloads it.
  @Test func aChangedFileIsANewFile() async throws {
    try await withFiles(fill: {
      try $0.write("www/a.txt", "old!")
      try $0.setModified("www/a.txt", 1_700_000_000)
    }) { site, folder in
      let client = try await RawClient(port: site.port)
      let old = try await client.request("GET", "/a.txt")
      #expect(old.text == "old!")
      // In place, with the same length.
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path + "/www/a.txt"))
      try file.write(contentsOf: Data("new!".utf8))
      try file.close()
      let new = try await client.request("GET", "/a.txt", fields: ["If-None-Match": old["ETag"] ?? ""])
      #expect(new.status == 200 && new.text == "new!")
      #expect(new["ETag"] != old["ETag"])
      // In place once more, and with the time set back.
      try folder.setModified("www/a.txt", 1_700_000_000)
      let dated = try await client.request("GET", "/a.txt")
      let again = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path + "/www/a.txt"))
      try again.write(contentsOf: Data("more".utf8))
      try again.close()
      try folder.setModified("www/a.txt", 1_700_000_000)
      let more = try await client.request("GET", "/a.txt", fields: ["If-None-Match": dated["ETag"] ?? ""])
      #expect(more.status == 200 && more.text == "more")
      // By another file that takes its place, as editors do; the time is the same.
      try folder.write("www/b.txt", "next")
      try folder.setModified("www/b.txt", 1_700_000_000)
      #expect(rename(folder.path + "/www/b.txt", folder.path + "/www/a.txt") == 0)
      let next = try await client.request("GET", "/a.txt", fields: ["If-None-Match": new["ETag"] ?? ""])
      #expect(next.status == 200 && next.text == "next")
      // And gone.
      #expect(remove(folder.path + "/www/a.txt") == 0)
      #expect(try await client.request("GET", "/a.txt").status == 404)
    }
  }

  @Test func isThereOnlyForAFolder() async throws {
    try await withFolder { folder in
      try folder.write("file", "")
      #expect(StaticFiles(folder: folder.path) != nil)
      #expect(StaticFiles(folder: folder.path + "/absent") == nil)
      #expect(StaticFiles(folder: folder.path + "/file") == nil)
    }
  }

  /// The folder may itself be reached by a link, and end in a slash.
  @Test func theFolderMayBeALink() async throws {
    try await withFolder { folder in
      try folder.write("real/a.txt", "text")
      try folder.link("link", to: "real")
      for name in ["link", "link/", "real/../link/."] {
        let files = try #require(StaticFiles(folder: folder.path + "/" + name))
        try await withSite(routes: { $0.files("/", from: files) }) { site in
          let answer = try await RawResponse.get("/a.txt", port: site.port)
          #expect(answer.text == "text")
        }
      }
    }
  }
}
