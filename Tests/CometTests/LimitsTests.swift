import Comet
import Foundation
import Testing

/// The table of limits in the README says what the program does.
@Suite struct LimitsTests {
  /// Where a default depends on the machine, in words.
  private static let words = ["connections": "the soft limit of descriptors less 64"]

  @Test func theReadmeListsEachWithItsDefault() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
    let rows = readme.components(separatedBy: "| limit | default |").last?.components(separatedBy: "\n\n").first ?? ""
    let listed = rows.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return "\(cells[0].filter { $0 != "`" }): \(cells[1])"
    }
    #expect(listed.sorted() == defaults(of: Limits()).sorted())
  }

  /// Every stored number, by its name, those of the parts with the part's name before it.
  private func defaults(of limits: Any, prefix: String = "") -> [String] {
    Mirror(reflecting: limits).children.flatMap { child -> [String] in
      let name = prefix + (child.label ?? "?")
      switch child.value {
      case let number as Int: return ["\(name): \(Self.words[name] ?? "\(number)")"]
      case let time as Duration: return ["\(name): \((time / .seconds(1)).formatted()) s"]
      default: return defaults(of: child.value, prefix: "\(name).")
      }
    }
  }
}
