import Foundation
import TestSupport
import Testing

/// Where the program finds its pages.
@Suite struct DemoFolderTests {
  @Test func findsThePagesFromAnyFolder() async throws {
    try await withFolder { folder in
      try await withProcess("demo", ["--port", "0"], workingDirectory: folder) { demo in
        let port = try await demo.port()
        #expect(try await RawResponse.get("/ws.html", port: port).text == Project.text("www/ws.html"))
        let source = try await RawResponse.get("/source/Polling.swift", port: port).text
        #expect(source == (try Project.text("Sources/CometDemo/Polling.swift")))
      }
    }
  }

  @Test func servesTheFolderThatItIsGiven() async throws {
    try await withFolder { folder in
      try Data("my own page".utf8).write(to: folder.appendingPathComponent("own.html"))
      // A relative path starts where the program does.
      for arguments in [["--www", folder.path], ["--www=./"]] {
        try await withProcess("demo", arguments + ["--port", "0"], workingDirectory: folder) { demo in
          let port = try await demo.port()
          #expect(try await RawResponse.get("/own.html", port: port).text == "my own page")
          #expect(try await RawResponse.get("/ws.html", port: port).status == 404)
        }
      }
    }
  }

  /// A program that was copied out of the project finds the pages from the folder that it is started in.
  @Test func findsThePagesOfTheFolderItIsStartedIn() async throws {
    try await withFolder { folder in
      let copy = folder.appendingPathComponent("demo")
      try FileManager.default.linkItem(at: try builtExecutable("demo"), to: copy)
      let name = try Self.pathFromTests(to: copy)
      // A child that was started meanwhile may hold the file open for writing for a moment.
      try await eventually("a program that can be run") {
        try await withProcess(name, ["--version"]) { try await $0.waitForExit() == 0 }
      }
      try await withProcess(name, ["--port", "0"], workingDirectory: Project.tests) { demo in
        let port = try await demo.port()
        #expect(try await RawResponse.get("/ws.html", port: port).text == Project.text("www/ws.html"))
      }
      // Elsewhere it has none, and says what to do.
      try await withProcess(name, ["--port", "0"], workingDirectory: folder) { demo in
        let status = try await demo.waitForExit()
        #expect(status == 1)
        #expect(demo.standardOutput == "")
        #expect(demo.errorLines.count == 1)
        #expect(demo.standardError.contains("--www"))
      }
    }
  }

  /// The path of a file, from the folder of the tests' own program.
  private static func pathFromTests(to file: URL) throws -> String {
    let folder = try builtExecutable("demo").deletingLastPathComponent()
    return String(repeating: "../", count: folder.pathComponents.count - 1) + String(file.path.dropFirst())
  }
}
