import Foundation
import TestSupport
import Testing

@testable import CometDemo

/// The tutorials say what is so: their code is the project's, their talks are held again, their links lead somewhere.
///
/// After a wanted change `UPDATE_TUTORIALS=1 swift test --filter Tutorial` writes code and talks anew; read the
/// difference before you keep it.
@Suite struct TutorialTests {
  static let files = Technique.all.map { "\($0.tutorial).md" } + ["README.md"]

  @Test func hasOneForEachTechniqueAndNoOther() throws {
    let found = try Project.files(in: Project.tutorials, endingIn: ".md").filter { $0.first?.isNumber == true }
    #expect(found == Technique.all.map { "\($0.tutorial).md" })
  }

  @Test(arguments: files)
  func isWrittenInTheirMarkdown(_ file: String) throws {
    do {
      let text = try Project.text("tutorials/\(file)")
      let markdown = try Markdown(text)
      #expect(!markdown.title.isEmpty)
      #expect(Set(markdown.anchors).count == markdown.anchors.count, "two headings have the same anchor")
      for (index, line) in text.components(separatedBy: "\n").enumerated() where line.count > 120 {
        #expect(line.hasPrefix("|") || line.contains("](") || line.hasPrefix("body |"), "line \(index + 1) is long")
      }
    } catch let mistake as Markdown.Mistake {
      Issue.record("tutorials/\(file), \(mistake)")
    }
  }

  @Test(arguments: files)
  func showsWhatIsSo(_ file: String) async throws {
    let url = Project.tutorials.appendingPathComponent(file)
    let text = try String(contentsOf: url, encoding: .utf8)
    var lines = text.components(separatedBy: "\n")
    let isUpdate = ProcessInfo.processInfo.environment["UPDATE_TUTORIALS"] == "1"
    try await withDemo { demo in
      var names: [String: String] = [:]
      // In the order of the text, for the demo remembers; what is written anew may have another number of lines.
      var moved = 0
      for fence in try Markdown(text).fences {
        let place = "tutorials/\(file), line \(fence.firstLine - 1)"
        do {
          let shown = try await Self.expected(fence, demo, &names)
          guard shown != fence.lines else { continue }
          if isUpdate {
            let start = fence.firstLine - 1 + moved
            lines.replaceSubrange(start..<start + fence.lines.count, with: shown)
            moved += shown.count - fence.lines.count
          } else {
            Issue.record("\(place): this is no longer so. UPDATE_TUTORIALS=1 writes:\n\(shown.joined(separator: "\n"))")
          }
        } catch {
          Issue.record("\(place): \(error)")
        }
      }
    }
    if isUpdate { try Data(lines.joined(separator: "\n").utf8).write(to: url) }
  }

  private static func expected(
    _ fence: Markdown.Fence, _ demo: RunningDemo, _ names: inout [String: String]
  ) async throws -> [String] {
    switch fence.language {
    case "swift", "js", "html":
      return try SourceRegion(fence.source).lines
    case "http":
      return try await WireFence(fence.lines, showsFraming: fence.source == "with framing").replay(demo, &names)
    case "sh":
      // What is to be typed is not typed here, but what it asks for is there.
      for match in fence.lines.joined(separator: "\n").matches(of: #/localhost:8088(?<path>/[^"' \n?]*)/#) {
        let answer = try await RawResponse.request("OPTIONS", String(match.path), port: demo.port)
        #expect(answer.status < 400, "\(match.path)")
      }
      return fence.lines
    default:
      throw WireFence.Mistake(description: "a fence is swift, js or html with its source, http, or sh")
    }
  }

  @Test(arguments: files)
  func noLinkIsDead(_ file: String) async throws {
    let own = try Markdown(try Project.text("tutorials/\(file)"))
    try await withDemo { demo in
      for link in own.links {
        if link.hasPrefix("http://localhost:8088/") {
          let page = try await demo.get(String(link.dropFirst("http://localhost:8088".count)))
          #expect(page.status == 200, "\(file): \(link)")
        } else if link.contains("://") {
          let url = URL(string: link)
          #expect(url?.scheme == "https" && url?.host()?.contains(".") == true, "\(file): \(link)")
        } else {
          let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
          let path = parts[0].isEmpty ? file : parts[0]
          let url = Project.tutorials.appendingPathComponent(path).standardizedFileURL
          #expect(FileManager.default.fileExists(atPath: url.path), "\(file): \(link)")
          guard parts.count > 1 else { continue }
          let text = try String(contentsOf: url, encoding: .utf8)
          #expect(try Markdown(text).anchors.contains(parts[1]), "\(file): \(link)")
        }
      }
    }
  }

  /// A learner finds the same in each, in the same order.
  @Test(arguments: Technique.all.map(\.slug))
  func hasTheSameParts(_ slug: String) throws {
    let technique = try Technique.named(slug)
    let text = try Project.text("tutorials/\(technique.tutorial).md")
    let markdown = try Markdown(text)
    #expect(markdown.title == technique.title)
    let parts = [
      "What you will learn", "The problem", "On the wire", "The server", "The page", "What goes wrong", "Try it",
      "Exercise", "Further reading",
    ]
    let headings = markdown.blocks.compactMap { block -> String? in
      if case .heading(2, let words) = block { Markdown.plain(words) } else { nil }
    }
    #expect(headings == parts)
    #expect(text.contains("(http://localhost:8088/\(technique.page))"))
    for language in ["http", "swift", "js", "sh"] {
      #expect(markdown.fences.contains { $0.language == language }, "a fence of \(language)")
    }
  }
}
