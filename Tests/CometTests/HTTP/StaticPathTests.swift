import Comet
import Foundation
import TestSupport
import Testing

/// No path leads out of the folder, or to what is hidden in it.
@Suite struct StaticPathTests {
  static func fill(_ folder: Folder) throws {
    try folder.write("secret.txt", "SECRET")
    try folder.write("www-secret/secret.txt", "SECRET")
    try folder.write("www/a.txt", "a")
    try folder.write("www/sub/a.txt", "sub a")
    try folder.write("www/sub/index.html", "sub index")
    try folder.write("www/empty/.keep", "SECRET")
    try folder.write("www/.hidden", "SECRET")
    try folder.write("www/.git/config", "SECRET")
    try folder.write("www/%2e%2e", "literal")
    try folder.write("www/%61.txt", "percent")
    try folder.write("www/é ü.txt", "accents")
    try folder.write("www/...a/b", "SECRET")
    // With a combining mark behind it, a dot or a slash is no `Character` of its own.
    try folder.write("www/.\u{301}hidden", "SECRET")
    try folder.write("www/sub/\u{301}a.txt", "SECRET")
    try folder.write("www/\u{301}a.txt", "mark")
    try folder.link("www/inside.txt", to: "sub/a.txt")
    try folder.link("www/insidefolder", to: "sub")
    try folder.link("www/outside.txt", to: "../secret.txt")
    try folder.link("www/sibling.txt", to: "../www-secret/secret.txt")
    try folder.link("www/outsidefolder", to: "..")
    try folder.link("www/absolute", to: "/etc/passwd")
    try folder.link("www/loop", to: "loop")
    try folder.link("www/dangling", to: "nothing")
    // Opening a pipe would wait for somebody at its other end.
    mkfifo(folder.path + "/www/pipe", 0o600)
  }

  @Test(arguments: [
    ("/", "<p>index"), ("/index.html", "<p>index"), ("/a.txt", "a"), ("/sub/a.txt", "sub a"),
    (
      "/sub/",
      "sub index"
    ),
    ("/%61.txt", "a"), ("/sub%5Ca.txt", nil), ("/%2561.txt", "percent"), ("/%252e%252e", "literal"),
    ("/%C3%A9%20%C3%BC.txt", "accents"), ("/inside.txt", "sub a"), ("/insidefolder/a.txt", "sub a"),
    ("/insidefolder/", "sub index"),
    ("/a.txt?x=../secret.txt", "a"), ("/%CC%81a.txt", "mark"),
  ])
  func leadsToAFile(path: String, text: String?) async throws {
    try await withFiles(fill: Self.fill) { site, _ in
      let answer = try await RawResponse.get(path, port: site.port)
      #expect(answer.status == (text == nil ? 404 : 200))
      if let text { #expect(answer.text == text) }
    }
  }

  static let attacks = [
    "/../secret.txt", "/%2e%2e/secret.txt", "/%2E%2e/secret.txt", "/.%2e/secret.txt", "/..%2fsecret.txt",
    "/..%2Fsecret.txt",
    "/%2e%2e%2fsecret.txt", "/..%5csecret.txt", "/%5c..%5csecret.txt", "/..\\secret.txt", "/sub/../../secret.txt",
    "/sub/..%2f..%2fsecret.txt", "/sub/../a.txt", "/./a.txt", "/sub/./a.txt", "/a.txt/", "/a.txt/.", "/a.txt/..",
    "//etc/passwd", "/%2fetc/passwd", "/%2Fetc%2Fpasswd", "//a.txt", "/sub//a.txt", "/sub%2fa.txt",
    "/a.txt%00", "/a.txt%00.html", "/%00", "/sub%00/a.txt", "/../www-secret/secret.txt",
    "/..%2fwww-secret/secret.txt",
    "/-secret/secret.txt", "/.hidden", "/%2ehidden", "/.git/config", "/%2egit/config", "/sub/.hidden", "/...a/b",
    "/empty/", "/empty", "/sub", "/insidefolder", "/outside.txt", "/sibling.txt", "/outsidefolder/secret.txt",
    "/outsidefolder/",
    "/absolute", "/loop", "/dangling", "/pipe", "/absent.txt", "/a.txtx", "/A.TXT",
    "/%252e%252e/secret.txt", "/%c0%ae%c0%ae/secret.txt", "/%ff", "/%", "/%2", "/%zz", "/a.txt;x",
    "/%25%32%65%25%32%65/secret.txt", "/.%CC%81hidden", "/sub%2F%CC%81a.txt",
    "/\(String(repeating: "a", count: 300))", "/\(String(repeating: "a/", count: 2000))",
    "http://localhost/../secret.txt", "http://localhost/%2e%2e/secret.txt",
  ]

  /// To Swift the two spellings of a name are one text, to the system they are two folders.
  @Test func aFolderOfTheSameLookIsAnotherFolder() async throws {
    try await withFolder { folder in
      try folder.write("e\u{301}/secret.txt", "SECRET")
      try folder.write("\u{E9}/a.txt", "a")
      try folder.link("\u{E9}/out.txt", to: folder.path + "/e\u{301}/secret.txt")
      let files = try #require(StaticFiles(folder: folder.path + "/\u{E9}"))
      try await withSite(routes: { $0.files("/", from: files) }) { site in
        for (path, status) in [("/a.txt", 200), ("/out.txt", 404)] {
          let answer = try await RawResponse.get(path, port: site.port)
          #expect(answer.status == status)
        }
      }
    }
  }

  @Test(arguments: ["/", "/files/"])
  func leadsNowhereElse(prefix: String) async throws {
    try await withFiles(at: prefix, fill: Self.fill) { site, _ in
      let client = try await RawClient(port: site.port)
      for attack in Self.attacks {
        let target = attack.hasPrefix("http") ? attack : prefix + attack.dropFirst()
        for method in ["GET", "HEAD"] {
          let answer = try await client.request(method, target)
          #expect(answer.status == 404 || answer.status == 400, "\(target)")
          #expect(!answer.text.contains("SECRET"), "\(target)")
        }
      }
    }
  }

  /// What is shown depends on where a link leads now, also after it has been read once.
  @Test func aLinkThatIsTurnedOutwardIsRefused() async throws {
    try await withFiles(fill: Self.fill) { site, folder in
      let client = try await RawClient(port: site.port)
      #expect(try await client.request("GET", "/inside.txt").text == "sub a")
      #expect(remove(folder.path + "/www/inside.txt") == 0)
      try folder.link("www/inside.txt", to: "../secret.txt")
      #expect(try await client.request("GET", "/inside.txt").status == 404)
    }
  }

  @Test func aFileWithoutPermissionIsNotThere() async throws {
    // The superuser may read everything.
    guard getuid() != 0 else { return }
    try await withFiles(fill: Self.fill) { site, folder in
      chmod(folder.path + "/www/a.txt", 0)
      let answer = try await RawResponse.get("/a.txt", port: site.port)
      #expect(answer.status == 404)
    }
  }

  /// A prefix is matched like every path, whole segments and decoded once.
  @Test(arguments: [
    ("/files/a.txt", 200), ("/files/sub/a.txt", 200), ("/%66iles/a.txt", 200), ("/filesa.txt", 404),
    ("/a.txt", 404),
    ("/files%2fa.txt", 404), ("/files", 404), ("/files/", 200),
  ])
  func aPrefixEndsAtItsSlash(path: String, status: Int) async throws {
    try await withFiles(at: "/files/", fill: Self.fill) { site, _ in
      let answer = try await RawResponse.get(path, port: site.port)
      #expect(answer.status == status)
    }
  }
}
