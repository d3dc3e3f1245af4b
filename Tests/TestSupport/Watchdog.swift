import Glibc

/// Sees to it that a child process does not outlive the tests, even if these crash or are killed.
///
/// A small shell waits for a line from this process. When the line comes, the child has ended in order. When the pipe
/// ends without one, this process is gone, whatever the reason was, and the shell kills the child with all its own
/// children: every child leads a process group of its own, so that the group's number is the child's.
final class Watchdog: Sendable {
  private let pipe: Int32

  /// Watches a child, and a folder to remove after it.
  init(child: Int32, folder: String? = nil) throws {
    let (read, write) = try Spawn.pipe()
    defer { close(read) }
    pipe = write
    let script = #"read -r line || { kill -KILL "-$1"; [ -z "$2" ] || { sleep 0.2; rm -rf "$2"; }; }"#
    let arguments = ["-c", script, "watchdog", String(child), folder ?? ""]
    let shell = try Spawn.start("/bin/sh", arguments, streams: [read, nil, nil])
    Spawn.whenEnded(shell) { _ in }
  }

  /// Tells that the child has ended; to be called once.
  func stop() {
    _ = write(pipe, "\n", 1)
    close(pipe)
  }
}
