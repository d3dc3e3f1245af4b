import Foundation
import TestSupport
import Testing

@testable import Comet
@testable import CometDemo

/// The tutorials as the demo serves them.
@Suite struct TutorialPageTests {
  @Test(arguments: Technique.all.map(\.slug))
  func eachIsAPage(_ slug: String) async throws {
    let technique = try Technique.named(slug)
    try await withDemo { demo in
      let page = try await demo.get("/tutorials/\(technique.tutorial).html")
      #expect(page.status == 200)
      #expect(page["Content-Type"] == "text/html; charset=utf-8")
      #expect(page["Referrer-Policy"] != nil)
      // No script at all.
      #expect(page["Content-Security-Policy"]?.contains("script-src 'self';") == true)
      #expect(!page.text.contains("<script"))
      let source = PageSource(page.text)
      #expect(source.links.contains("/\(technique.page)"))
      #expect(source.links.contains("/tutorials/"))
      #expect(source.count(id: "what-goes-wrong") == 1)
      #expect(page.text.contains("<h1 id="))
    }
  }

  @Test func theIndexLinksToAll() async throws {
    try await withDemo { demo in
      let links = PageSource(try await demo.get("/tutorials/").text).links
      for technique in Technique.all { #expect(links.contains("/tutorials/\(technique.tutorial).html")) }
      #expect(PageSource(try await demo.get("/").text).links.contains("/tutorials/"))
    }
  }

  @Test(arguments: ["/tutorials", "/tutorials/exercises"])
  func aFolderIsFoundWithoutItsSlash(_ path: String) async throws {
    try await withDemo { demo in
      let answer = try await demo.get(path)
      #expect(answer.status == 301)
      #expect(answer["Location"] == "\(path)/")
    }
  }

  @Test func everyTextIsAPage() async throws {
    try await withDemo { demo in
      for (folder, path) in [("tutorials", "/tutorials/"), ("tutorials/exercises", "/tutorials/exercises/")] {
        let texts = try Project.files(in: Project.folder.appendingPathComponent(folder), endingIn: ".md")
        #expect(texts.count > 5)
        for text in texts where text != "README.md" {
          let page = try await demo.get(path + text.replacing(".md", with: ".html"))
          #expect(page.status == 200, "\(folder)/\(text): \(page.text.prefix(200))")
        }
      }
    }
  }

  @Test func nothingElseIsServed() async throws {
    try await withDemo { demo in
      for path in [
        "01-polling.md", "screenshot.png", "01-polling", "../README.html", "..%2fREADME.html", "99-none.html",
      ] {
        let answer1 = try await demo.get("/tutorials/\(path)").status
        #expect(answer1 != 200, "\(path)")
      }
    }
  }

  @Test func aloneATechniqueHasItsOwnOnly() async throws {
    try await withDemo(.alone, "sse") { demo in
      let page = try await demo.get("/tutorials/05-sse.html")
      #expect(page.status == 200)
      #expect(!page.text.contains("href=\"/tutorials/"))
      for path in ["/tutorials/", "/tutorials/01-polling.html"] {
        #expect(try await demo.get(path).status == 404, "\(path)")
      }
      let answer2 = try await demo.get("/site.js").text
      #expect(answer2.contains("/tutorials/05-sse.html"))
    }
  }

  /// Where the folder is missing, and where only some are there, no link leads to what is not.
  @Test func withoutTheFolderTheLinksVanish() async throws {
    try await withFolder { folder in
      for texts in [[], ["02-lpc.md"]] {
        for name in texts {
          try Data("# A\n\n[b](01-polling.md)\n".utf8).write(to: folder.appendingPathComponent(name))
        }
        let site = try #require(DemoSite(www: Project.www.path, tutorials: folder.path))
        try await withRunning({ site.mount(on: &$0) }) { demo in
          #expect(!(try await demo.get("/").text.contains("/tutorials")))
          let script = try await demo.get("/site.js").text
          #expect(script.contains("02-lpc") == !texts.isEmpty)
          #expect(!script.contains("01-polling"))
          guard !texts.isEmpty else { return }
          let page = try await demo.get("/tutorials/02-lpc.html").text
          #expect(page.contains("<p>b</p>") && !page.contains("href=\"/tutorials/"))
        }
      }
    }
  }

  @Test func aTextIsReadAnewAndAMistakeIsTold() async throws {
    try await withFolder { folder in
      let file = folder.appendingPathComponent("01-polling.md")
      try Data("# First\n".utf8).write(to: file)
      let site = try #require(DemoSite(www: Project.www.path, tutorials: folder.path))
      try await withRunning({ site.mount(on: &$0) }) { demo in
        let answer3 = try await demo.get("/tutorials/01-polling.html").text
        #expect(answer3.contains("<h1 id=\"first\">First</h1>"))
        try Data("# Second\n\n<b>\n".utf8).write(to: file)
        let wrong = try await demo.get("/tutorials/01-polling.html")
        #expect(wrong.status == 500)
        #expect(wrong.text.contains("tutorials/01-polling.md, line 3: markup"), "\(wrong.text)")
        try FileManager.default.removeItem(at: file)
        let answer4 = try await demo.get("/tutorials/01-polling.html").status
        #expect(answer4 == 404)
      }
    }
  }
}
