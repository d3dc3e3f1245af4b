import Comet
import Glibc

/// One line of log for each answer, on standard error.
@LoopActor
enum RequestLog {
  /// How many lines have found no room.
  private static var leftOut = 0

  static func write(_ entry: LogEntry) {
    // A log that nobody reads must not hold up the loop, and with it all clients and signals.
    guard Output.hasRoom(STDERR_FILENO) else {
      leftOut += 1
      return
    }
    let gap = leftOut == 0 ? "" : "(left out, since nobody read the log: \(leftOut) lines)\n"
    leftOut = 0
    // In one write, and less than what fits for certain.
    Output.line(gap + String(decoding: text(entry).utf8.prefix(Int(PIPE_BUF) - 100), as: UTF8.self), to: STDERR_FILENO)
  }

  private static func text(_ entry: LogEntry) -> String {
    var now = time(nil)
    var local = tm()
    localtime_r(&now, &local)
    let clock = [local.tm_hour, local.tm_min, local.tm_sec].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    let (seconds, attoseconds) = entry.duration.components
    let tenths = seconds * 10_000 + attoseconds / 100_000_000_000_000
    let line = "\(clock) \(entry.status.code) \(entry.request ?? "(no request)") \(tenths / 10).\(tenths % 10) ms"
    return line + (entry.failure.map { "  \($0)" } ?? "")
  }
}
