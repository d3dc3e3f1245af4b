// How an exercise becomes a program.

import Comet
import Foundation

/// What an exercise consists of: a Comet server, or a raw one.
public protocol ExerciseServer: Sendable {
  /// Starts to listen; 0 takes a free port. Returns the address.
  @LoopActor func listen(port: Int) async throws -> String
  /// Stops.
  @LoopActor func end() async
}

extension Server: ExerciseServer {
  /// Listens on the loopback interface.
  public func listen(port: Int) async throws -> String {
    try start(port: port)
    return url
  }

  /// Ends in order.
  public func end() async { await stop() }
}

/// Serves on the port that the variable `PORT` names (3000 without it), prints the address, and goes on until the
/// process is ended.
public func run(_ server: some ExerciseServer) async {
  let variables = ProcessInfo.processInfo.environment
  let port = variables["PORT"].flatMap { Int($0) } ?? 3000
  if variables["COMET_WORKSHOP"] != nil { Thread.detachNewThread { endWithParent() } }
  do {
    print("Listening on \(try await server.listen(port: port))")
    fflush(nil)
    try? await Signals.first(of: [SIGINT, SIGTERM])
  } catch {
    let option = variables["COMET_WORKSHOP"] == nil ? "PORT=N" : "--port N"
    print("Cannot listen (\(error)). \(option) names another port.")
    exit(1)
  }
}

/// The workshop holds the other end of the standard input: when it has ended, however it did, so does this program.
private func endWithParent() {
  // Not by `readLine`: it holds a lock that `exit` waits for, wherever it is called.
  var byte: UInt8 = 0
  var count = 0
  // A crash stops all threads by a signal, to tell where they are: that is no end.
  repeat { count = read(STDIN_FILENO, &byte, 1) } while count > 0 || count < 0 && errno == EINTR
  exit(0)
}
