import Foundation
import Glibc
import Synchronization

/// A running program: its output is read on threads of its own, so that nothing is lost and no pipe fills up.
///
/// Use ``withProcess(_:_:workingDirectory:environment:_:)``, which ends it by scope.
public final class ChildProcess: Sendable {
  private struct State {
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var openPipes = 2
    var status: Int32?
  }

  /// The number of the process.
  public let id: Int32
  private let name: String
  private let watchdog: Watchdog
  private let state = Mutex(State())

  /// Starts a program; its standard input is empty.
  ///
  /// - Parameters:
  ///   - environment: Variables to add to those of the tests.
  ///   - folder: A folder to remove with the process if the tests crash.
  init(
    executable: URL, _ arguments: [String], workingDirectory: URL? = nil, environment: [String: String] = [:],
    folder: URL? = nil
  ) throws {
    let (output, errors) = (try Spawn.pipe(), try Spawn.pipe())
    defer { [output.write, errors.write].forEach { close($0) } }
    id = try Spawn.start(
      executable.path, arguments, in: workingDirectory?.path,
      environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
      streams: [nil, output.write, errors.write])
    name = executable.lastPathComponent
    watchdog = try Watchdog(child: id, folder: folder?.path)
    read(output.read) { $0.output += $1 }
    read(errors.read) { $0.errors += $1 }
    Spawn.whenEnded(id) { status in
      self.state.withLock { $0.status = status }
      self.watchdog.stop()
    }
  }

  private func read(_ pipe: Int32, _ keep: @escaping @Sendable (inout State, ArraySlice<UInt8>) -> Void) {
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = Glibc.read(pipe, &buffer, buffer.count)
        guard count > 0 || (count < 0 && errno == EINTR) else { break }
        self.state.withLock { keep(&$0, buffer.prefix(max(0, count))) }
      }
      close(pipe)
      self.state.withLock { $0.openPipes -= 1 }
    }
  }

  // MARK: Output

  /// What the program has written to its standard output so far.
  public var standardOutput: String { state.withLock { $0.output.text } }

  /// What the program has written to its standard error so far.
  public var standardError: String { state.withLock { $0.errors.text } }

  /// Waits for the first whole line of the standard output; returns it without its end.
  public func firstLine(within limit: Duration = .patience) async throws -> String {
    try await line("its first line", within: limit) { _ in true }
  }

  /// Waits for a whole line of the standard output that contains these words; returns it without its end.
  public func line(containing words: String, within limit: Duration = .patience) async throws -> String {
    try await line("a line with \(words.debugDescription)", within: limit) { $0.contains(words) }
  }

  private func line(
    _ what: String, within limit: Duration, where isWanted: (Substring) -> Bool
  ) async throws -> String {
    try await wait(for: what, within: limit) { state in
      let lines = state.output.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      if let line = lines.first(where: isWanted) { return String(line) }
      guard state.status == nil || state.openPipes > 0 else { throw Gone() }
      return nil
    }
  }

  // MARK: End

  /// Waits until the program has ended and all of its output is read; returns its exit status, or the number of the
  /// signal that ended it as a negative number.
  public func waitForExit(within limit: Duration = .patience) async throws -> Int32 {
    try await wait(for: "its exit", within: limit) { $0.openPipes == 0 ? $0.status : nil }
  }

  /// Sends a signal to the process, if it still runs.
  public func signal(_ number: Int32) {
    state.withLock { if $0.status == nil { _ = Glibc.kill(id, number) } }
  }

  /// Kills the process with all its own children, also those that it left behind, and waits for its end.
  func killAll() async throws {
    _ = Glibc.kill(-id, SIGKILL)
    _ = try await waitForExit()
  }

  private struct Gone: Error {}

  private func wait<Value>(
    for what: String, within limit: Duration, _ value: (borrowing State) throws -> Value?
  ) async throws -> Value {
    func failure(_ problem: ClientError.Problem) -> ClientError {
      let bytes = state.withLock { $0.output + Array("\n--- standard error:\n".utf8) + $0.errors }
      return ClientError(awaiting: "\(what) from the process \(name)", problem, received: bytes)
    }
    do {
      return try await eventually(what, within: limit) { try state.withLock { try value($0) } }
    } catch is Gone {
      let status = state.withLock { $0.status }
      throw failure(.unexpected("it has ended with status \(status.map(String.init) ?? "unknown")"))
    } catch let error as ClientError {
      throw failure(error.problem)
    }
  }
}
