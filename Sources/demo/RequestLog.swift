import Comet
import Glibc

/// One line of log for each answer, on standard error.
enum RequestLog {
  @LoopActor
  static func write(_ entry: LogEntry) {
    var now = time(nil)
    var local = tm()
    localtime_r(&now, &local)
    let clock = [local.tm_hour, local.tm_min, local.tm_sec].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    let (seconds, attoseconds) = entry.duration.components
    let tenths = seconds * 10_000 + attoseconds / 100_000_000_000_000
    let line = "\(clock) \(entry.status.code) \(entry.request ?? "(no request)") \(tenths / 10).\(tenths % 10) ms"
    Output.line(line + (entry.failure.map { "  \($0)" } ?? ""), to: STDERR_FILENO)
  }
}
