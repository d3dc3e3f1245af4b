import Foundation
import FuzzTargets
import Testing

/// The inputs of each target: good ones, bad ones, and those that once broke something.
enum Corpus {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Corpus")

  /// The files of a target's folder, by name, in alphabetical order.
  static func inputs(of target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
    let folder = folder.appendingPathComponent(target.name)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
      (name, Array(try Data(contentsOf: folder.appendingPathComponent(name))))
    }
  }
}

extension FuzzTarget: CustomTestStringConvertible {
  /// Its name, where a test is listed.
  public var testDescription: String { name }
}
