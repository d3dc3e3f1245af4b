import Foundation
import Testing

/// No input may end the program, so its sources hold none of the words that do, or that switch the compiler's proofs
/// off. `swift format lint` refuses the three that have rules there: `!`, `try!` and `as!`.
@Suite struct CrashFreeTests {
  static let words = [
    "try!", "as!", "fatalError", "preconditionFailure", "precondition", "assertionFailure", "assert",
    "unsafelyUnwrapped", "unsafeBitCast", "unsafeDowncast", "assumeIsolated", "unowned(unsafe)", "nonisolated(unsafe)",
    "@unchecked", "@preconcurrency",
  ]

  /// The one file that the compiler has to take on trust (CONTRIBUTING.md).
  static let trusted = "CometLoop/LoopExecutor.swift"

  @Test func noSourceCanEndTheProgram() throws {
    let folder = Project.folder.appendingPathComponent("Sources")
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
    #expect(files.contains(Self.trusted) && files.count > 50)
    for file in files where file != Self.trusted {
      let source = try Project.text("Sources/\(file)")
      // Most files hold none of them, not even in a comment.
      guard Self.words.contains(where: source.contains) else { continue }
      for (number, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        #expect(Self.words(in: line) == [], "Sources/\(file):\(number + 1): throw an error, or return nil")
      }
    }
  }

  /// The rules of the formatter that this test relies on are on.
  @Test(arguments: ["NeverForceUnwrap", "NeverUseForceTry", "NeverUseImplicitlyUnwrappedOptionals"])
  func theFormatterRefusesTheRest(rule: String) throws {
    #expect(try Project.text(".swift-format").contains("\"\(rule)\": true"))
  }

  @Test(arguments: [
    ("  precondition(count > 0)", ["precondition"]), ("let a = b as! Int", ["as!"]), ("try! f()", ["try!"]),
    ("class A: @unchecked Sendable {", ["@unchecked"]), ("  fatalError(\"why\")  // because", ["fatalError"]),
    ("unowned(unsafe) let a: A", ["unowned(unsafe)"]), ("nonisolated(unsafe) var a = 1", ["nonisolated(unsafe)"]),
    ("try f()  // never try! here", []), ("/// No fatalError.", []), ("unowned let a: A", []),
    ("let url = \"http://assert\" + assertion", []), ("nonisolated func f()", []), ("try await f(!a)", []),
  ])
  func findsTheWords(line: String, words: [String]) {
    #expect(Self.words(in: line[...]) == words)
  }

  /// The words that stand in the code of a line, outside of comments and strings.
  private static func words(in line: Substring) -> [String] {
    let withoutStrings = line.replacing(#/"(\\.|[^"\\])*"/#, with: "\"\"")
    let code = withoutStrings.prefix(upTo: withoutStrings.ranges(of: "//").first?.lowerBound ?? withoutStrings.endIndex)
    return words.filter { word in
      code.ranges(of: word).contains { range in
        let before = code[..<range.lowerBound].last
        let after = code[range.upperBound...].first
        return !isPartOfName(before) && !(isPartOfName(word.last) && isPartOfName(after))
      }
    }
  }

  private static func isPartOfName(_ character: Character?) -> Bool {
    character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
  }
}
