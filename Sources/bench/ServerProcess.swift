// A server in a process of its own, on a core of its own.

import Glibc

/// What is measured.
enum ServerKind: String, CaseIterable {
  case comet, node

  var title: String { self == .comet ? "Comet" : "Node" }
}

final class ServerProcess {
  let kind: ServerKind
  let port: UInt16
  let id: pid_t
  private let output: Int32
  private var status: Int32?

  /// Starts the server and waits until it listens.
  init(_ kind: ServerKind, on core: Int?) throws {
    self.kind = kind
    let (id, output) = try Spawn.start(try kind.command(), on: core)
    (self.id, self.output) = (id, output)
    do {
      port = try Self.port(readFrom: output, title: kind.title)
    } catch {
      kill(id, SIGKILL)
      waitpid(id, nil, 0)
      close(output)
      throw error
    }
  }

  deinit { stop() }

  /// The port in the first line, "Listening on http://localhost:8088".
  private static func port(readFrom output: Int32, title: String) throws -> UInt16 {
    let text = try Spawn.read(output, until: { $0.contains("\n") })
    let line = text.split(separator: "\n").first ?? ""
    guard line.hasPrefix("Listening on "), let digits = line.split(separator: ":").last, let port = UInt16(digits)
    else {
      throw Failure("\(title) did not start" + (line.isEmpty ? "" : ": \(line)"))
    }
    return port
  }

  /// Why the process has ended; nil while it runs.
  func end() -> String? {
    if status == nil {
      var status: Int32 = 0
      guard waitpid(id, &status, WNOHANG) == id else { return nil }
      self.status = status
    }
    return status.map { $0 & 0x7F == 0 ? "it ended with status \($0 >> 8 & 0xFF)" : "signal \($0 & 0x7F) ended it" }
  }

  /// Ends the process. There is nothing that it would have to save.
  func stop() {
    guard fcntl(output, F_GETFD) >= 0 else { return }
    if end() == nil {
      kill(id, SIGKILL)
      var status: Int32 = 0
      while waitpid(id, &status, 0) < 0, errno == EINTR {}
      self.status = status
    }
    close(output)
  }
}
