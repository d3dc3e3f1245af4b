import Foundation
import Testing

/// Compares a text with the file of this name in `Tests/CometDemoTests/Golden`.
///
/// After a wanted change, `UPDATE_GOLDEN=1 swift test --filter CometDemoTests` writes the files anew; read the
/// difference before you keep it.
func expectGolden(
  _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = Project.tests.appendingPathComponent("Golden/\(name).txt")
  if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
    try Data(text.utf8).write(to: file)
    return
  }
  guard let golden = try? String(contentsOf: file, encoding: .utf8) else {
    Issue.record("There is no Golden/\(name).txt; UPDATE_GOLDEN=1 writes it.", sourceLocation: sourceLocation)
    return
  }
  let (lines, expected) = (text.components(separatedBy: "\n"), golden.components(separatedBy: "\n"))
  guard lines != expected else { return }
  let place = zip(lines, expected).prefix { $0 == $1 }.count
  func line(_ lines: [String]) -> String { place < lines.count ? lines[place].debugDescription : "nothing" }
  Issue.record(
    "Golden/\(name).txt, line \(place + 1): expected \(line(expected)), but \(line(lines)) came. All that came:\n\(text)",
    sourceLocation: sourceLocation)
}
