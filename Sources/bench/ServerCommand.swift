// How each server is started.

import Foundation

extension ServerKind {
  /// The program and its arguments.
  func command() throws -> [String] {
    switch self {
    case .comet:
      // `swift build` and `swift run` put it beside this program.
      let demo = Self.folder.appendingPathComponent("demo").path
      guard FileManager.default.isExecutableFile(atPath: demo) else {
        throw Failure("there is no program \(demo); build it with: swift build -c release --product demo")
      }
      return [demo, "--port", "0", "--host", "127.0.0.1", "--quiet"]
    case .node:
      let script = String(decoding: PackageResources.peer_js, as: UTF8.self)
      return ["node", "--eval", script, "--", try Self.www()]
    }
  }

  /// Where this program lies.
  private static var folder: URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
  }

  /// The folder with the pages, found upwards from this program, as the demo finds it.
  private static func www() throws -> String {
    var folder = folder
    while folder.path != "/" {
      let www = folder.appendingPathComponent("www")
      if FileManager.default.isReadableFile(atPath: www.appendingPathComponent("polling.html").path) { return www.path }
      folder.deleteLastPathComponent()
    }
    throw Failure("the folder www with the pages was not found above \(Self.folder.path)")
  }
}
