import Foundation

/// Runs a program of this package for the length of a closure; kills it at the end if it still runs.
///
/// ```swift
/// try await withProcess("demo", ["--port", "0"]) { demo in
///   let url = try await demo.firstLine()
///   demo.signal(SIGINT)
///   #expect(try await demo.waitForExit() == 0)
/// }
/// ```
///
/// - Parameters:
///   - name: That of the program, or the path of one that was built elsewhere.
///   - descriptors: How many files and sockets the program may have open, where that is not the usual number.
public func withProcess<Result>(
  _ name: String, _ arguments: [String] = [], workingDirectory: URL? = nil, environment: [String: String] = [:],
  descriptors: Int? = nil, _ body: (ChildProcess) async throws -> Result
) async throws -> Result {
  try await Turnstile.servers.pass {
    let program = try name.hasPrefix("/") ? URL(fileURLWithPath: name) : builtExecutable(name)
    // posix_spawn cannot set limits; a shell that makes way for the program can.
    let limit = descriptors.map { ["-c", #"ulimit -n "$0" && exec "$@""#, String($0), program.path] } ?? []
    let process = try ChildProcess(
      executable: limit.isEmpty ? program : URL(fileURLWithPath: "/bin/sh"), limit + arguments,
      workingDirectory: workingDirectory, environment: environment)
    let result: Result
    do {
      result = try await body(process)
    } catch {
      try? await process.killAll()
      throw error
    }
    try await process.killAll()
    return result
  }
}

/// The executable of this name beside the running tests: SwiftPM puts both in one folder.
public func builtExecutable(_ name: String) throws -> URL {
  let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
  let executable = tests.deletingLastPathComponent().appendingPathComponent(name)
  guard FileManager.default.isExecutableFile(atPath: executable.path) else {
    throw ClientError(awaiting: "the executable \(name)", .unexpected("there is none at \(executable.path)"))
  }
  return executable
}
