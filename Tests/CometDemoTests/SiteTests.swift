import CometDemo
import Foundation
import TestSupport
import Testing

/// The site around the techniques: the index, `/site.js`, the sources, and a technique alone.
@Suite struct SiteTests {
  @Test func theIndexLinksToAllPagesInTheirOrder() async throws {
    try await withDemo { demo in
      let index = try await demo.get("/")
      #expect(index.status == 200)
      #expect(index["Content-Type"] == "text/html; charset=utf-8")
      #expect(index["Content-Security-Policy"]?.contains("default-src 'self'") == true)
      let links = index.text.matches(of: /<a href="([^"]+)"/).map { String($0.1) }
      #expect(
        links == ["/tutorials/", "/tutorials/exercises/"] + Technique.all.map { "/\($0.page)" } + ["/scale.html"])
      for technique in Technique.all {
        #expect(index.text.contains(technique.title) && index.text.contains(technique.summary))
      }
    }
  }

  @Test func eachPageIsItsFile() async throws {
    try await withDemo { demo in
      for technique in Technique.all {
        let page = try await demo.get("/\(technique.page)")
        #expect(page.status == 200)
        #expect(page["Content-Type"] == "text/html; charset=utf-8")
        #expect(page["X-Content-Type-Options"] == "nosniff")
        #expect(page["Referrer-Policy"] != nil)
        // The one inline script may run because of its hash.
        #expect(page["Content-Security-Policy"]?.contains("'sha256-") == true)
        #expect(page.text == (try Project.text("www/\(technique.page)")))
      }
    }
  }

  /// Everything that a page or the index names is there, whatever it is.
  @Test(arguments: Mounting.allCases)
  func noLinkIsDead(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "sse") { demo in
      var paths = mounting == .alone ? ["/"] : ["/"] + Technique.all.map { "/\($0.page)" }
      var known = Set(paths)
      while let path = paths.popLast() {
        let response = try await demo.get(path)
        #expect(response.status == 200, "\(path)")
        guard response["Content-Type"]?.hasPrefix("text/html") == true else { continue }
        for link in PageSource(response.text).links where link.hasPrefix("/") {
          let path = String(link.prefix { $0 != "#" })
          if known.insert(path).inserted { paths.append(path) }
        }
      }
      #expect(known.isSuperset(of: ["/style.css", "/page.js", "/site.js", "/favicon.svg"]))
    }
  }

  @Test(arguments: Mounting.allCases)
  func siteScriptTellsThePagesAboutTheServer(_ mounting: Mounting) async throws {
    try await withDemo(mounting, "lpc", tick: .milliseconds(1250)) { demo in
      let response = try await demo.get("/site.js")
      #expect(response["Content-Type"] == "text/javascript; charset=utf-8")
      #expect(response["Cache-Control"] == "no-cache")
      let match = try #require(response.text.wholeMatch(of: /var site = (\{.+\});\n/))
      let site = try JSON(text: String(match.1))
      #expect(site["tick"] == 1250)
      let expected = try mounting == .alone ? [Technique.named("lpc")] : Technique.all
      let techniques = site["techniques"]?.array ?? []
      #expect(techniques.map { $0["slug"]?.string } == expected.map(\.slug))
      #expect(techniques.map { $0["title"]?.string } == expected.map(\.title))
      #expect(techniques.map { $0["handler"]?.string } == expected.map(\.handler))
      let pages = mounting == .alone ? ["/"] : expected.map { "/\($0.page)" }
      #expect(techniques.map { $0["page"]?.string } == pages)
    }
  }

  @Test func showsTheHandlersAndNoOtherSource() async throws {
    try await withDemo { demo in
      for technique in Technique.all {
        let source = try await demo.get("/source/\(technique.handler)")
        #expect(source.status == 200)
        #expect(source["Content-Type"]?.hasPrefix("text/plain") == true)
        #expect(source.text == (try Project.text("Sources/CometDemo/\(technique.handler)")))
      }
      for path in ["/source/", "/source/DemoSite.swift", "/source/..%2fdemo/main.swift", "/source/../demo/main.swift"] {
        #expect(try await demo.get(path).status != 200, "\(path)")
      }
    }
  }

  @Test(arguments: Technique.all.map(\.slug))
  func aloneATechniqueIsTheWholeSite(_ slug: String) async throws {
    try await withDemo(.alone, slug) { demo in
      let technique = try Technique.named(slug)
      let page = try await demo.get("/")
      #expect(page.status == 200)
      #expect(page["Content-Type"] == "text/html; charset=utf-8")
      #expect(page["Content-Security-Policy"]?.contains("'sha256-") == true)
      #expect(page.text == (try Project.text("www/\(technique.page)")))
      #expect(try await demo.get("/\(technique.page)").status == 200)
      #expect(try await demo.get("/source/\(technique.handler)").status == 200)
      #expect(try await demo.get("/style.css").status == 200)

      for other in Technique.all where other.slug != slug {
        let answer = try await demo.get("/\(other.page)")
        #expect(answer.status == 404)
        #expect(answer.text.contains(slug))
      }
    }
  }
}
