import CometDemo
import Foundation
import Testing

/// One slug everywhere: what the registry lists is what the folders hold.
@Suite struct RegistryTests {
  @Test func listsTheTechniquesInTheirOrder() {
    let slugs = [
      "polling", "lpc", "xhr-stream", "htmlfile-stream", "sse", "cors", "jsonp", "ws", "messages", "chat", "mail", "im",
      "reconnect", "tabs",
    ]
    #expect(Technique.all.map(\.slug) == slugs)
    #expect(Set(Technique.all.map(\.title)).count == slugs.count)
  }

  /// Besides, one page shows the numbers of the benchmark; it is no technique.
  @Test func hasAPageForEachAndNoOther() throws {
    let pages = Technique.all.map(\.page) + ["scale.html"]
    #expect(try Project.files(in: Project.www, endingIn: ".html") == pages.sorted())
  }

  @Test(arguments: Technique.all.map(\.slug))
  func hasAHandlerFileOfAtMostSixtyLines(_ slug: String) throws {
    let technique = try Technique.named(slug)
    let source = try Project.text("Sources/CometDemo/\(technique.handler)")
    #expect(source.split(separator: "\n", omittingEmptySubsequences: false).count <= 61)
    #expect(source.contains("slug: \"\(slug)\""))
    // A long handler has been split by subject.
    let folders = ["Sources/CometDemo", "Sources/CometDemo/Rooms", "Sources/CometDemo/Site"]
    let all = try folders.flatMap { folder in
      try Project.files(in: Project.folder.appendingPathComponent(folder), endingIn: ".swift").map {
        try Project.text("\(folder)/\($0)")
      }
    }
    for endpoint in technique.endpoints {
      // "GET /jsonp?cb=NAME" is about the path `/jsonp`.
      let target = try #require(endpoint.split(separator: " ").last)
      let path = try #require(target.split(separator: "?").first)
      #expect(all.contains { $0.contains("\"\(path)\"") }, "\(endpoint)")
    }
  }

  /// Whoever opens the folder of the demos sees the techniques and nothing else; what they share has folders of its
  /// own.
  @Test func theFolderHoldsOneFileForEachTechnique() throws {
    let handlers = Technique.all.map(\.handler) + ["Echo.swift"]
    #expect(try Project.files(in: Project.handlers, endingIn: ".swift") == handlers.sorted())
  }

  @Test func hasTestsForEach() throws {
    let tests = Set(try Project.files(in: Project.tests, endingIn: "Tests.swift"))
    for technique in Technique.all {
      #expect(tests.contains(technique.handler.replacing(".swift", with: "Tests.swift")))
    }
  }

  @Test func hasAGoldenTranscriptForEach() throws {
    let files = try Project.files(in: Project.tests.appendingPathComponent("Golden"), endingIn: ".txt")
    for technique in Technique.all { #expect(files.contains("\(technique.slug).txt")) }
  }

  /// The tutorials come one by one; those that are there have the name of their technique.
  @Test func tutorialsAreNamedAfterTheirTechnique() throws {
    let folder = Project.folder.appendingPathComponent("tutorials")
    let names = Set(
      Technique.all.enumerated().map { "\($0.offset < 9 ? "0" : "")\($0.offset + 1)-\($0.element.slug).md" })
    for file in try Project.files(in: folder, endingIn: ".md")
    where !["README.md", "TEACHING.md", "proxy.md"].contains(file) {
      #expect(names.contains(file), "\(file)")
    }
    let list = try Project.text("tutorials/README.md")
    for technique in Technique.all { #expect(list.contains(technique.slug)) }
  }

  @Test func theReadmeListsEach() throws {
    let readme = try Project.text("README.md")
    for technique in Technique.all {
      let row = "| `/\(technique.page)` | \(technique.summary) | `\(technique.handler)` |"
      #expect(readme.contains(row), "\(row)")
    }
  }
}
