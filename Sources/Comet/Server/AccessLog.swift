import CometLoop
import CometWire

/// Is told of every answer, when its head is sent: a stream has just begun then.
public typealias AccessLog = @LoopActor @Sendable (LogEntry) -> Void

/// One answer, for a log.
public struct LogEntry: Sendable {
  /// As in the request line: method, path and query. It holds visible ASCII only. Nil for bytes that were no request.
  public let request: String?
  /// What came of it.
  public let status: Status
  /// From the complete head of the request to the head of the answer.
  public let duration: Duration
  /// What the handler threw, when that is why the status is 500, or why a stream was cut.
  public let failure: String?
}
