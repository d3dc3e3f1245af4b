import CometLoop
import CometWire

/// Is told of every answer, when its head is sent: a stream has just begun then.
public typealias AccessLog = @LoopActor @Sendable (LogEntry) -> Void

/// One answer, for a log.
public struct LogEntry: Sendable, CustomStringConvertible {
  /// As in the request line: method, path and query. It holds visible ASCII only. Nil for what could not be read as one,
  /// and for what a WebSocket does that is open.
  public let request: String?
  /// What came of it.
  public let status: Status
  /// From the complete request to the head of the answer; zero where there was none.
  public let duration: Duration
  /// What the handler threw, when that is why the status is 500, why a stream was cut, or a WebSocket closed with 1011.
  public let failure: String?

  /// One line, such as `GET /time 200 OK`, and behind it what failed.
  public var description: String {
    "\(request ?? "-") \(status)\(failure.map { ": \($0)" } ?? "")"
  }
}
