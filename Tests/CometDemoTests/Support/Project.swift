import Foundation

/// The project's own files, found from where this file lies.
enum Project {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let www = folder.appendingPathComponent("www")
  static let tutorials = folder.appendingPathComponent("tutorials")
  static let handlers = folder.appendingPathComponent("Sources/CometDemo")
  static let tests = folder.appendingPathComponent("Tests/CometDemoTests")

  /// The text of a file, by its path within the project.
  static func text(_ path: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
  }

  /// The names of a folder's files that end so, in alphabetical order.
  static func files(in folder: URL, endingIn suffix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(suffix) }.sorted()
  }
}
