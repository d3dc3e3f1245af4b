/// Why a client of the tests gave up: what it awaited, what came instead, and the bytes that it held at that moment.
public struct ClientError: Error, CustomStringConvertible {
  /// What went wrong.
  public enum Problem: Sendable, Equatable {
    /// The deadline passed first.
    case deadline(Duration)
    /// The peer ended its side (FIN) or aborted the connection (RST).
    case ended(End)
    /// This client was closed by the test itself, or the task was cancelled.
    case closedHere
    /// A call of the system failed with this `errno`.
    case system(call: String, errno: Int32)
    /// The bytes break the rules of their protocol.
    case malformed(String)
    /// The bytes are well formed, but not what the test expects.
    case unexpected(String)
  }

  /// What the client was waiting for, as a phrase.
  public let awaited: String
  /// What came instead.
  public let problem: Problem
  /// The bytes that were received and not yet taken; `nil` where the wait is not for bytes.
  public let received: [UInt8]?

  /// Describes a wait that failed.
  public init(awaiting awaited: String, _ problem: Problem, received: [UInt8]? = nil) {
    self.awaited = awaited
    self.problem = problem
    self.received = received
  }

  /// The whole story in a few lines.
  public var description: String {
    let reason =
      switch problem {
      case .deadline(let duration): "the deadline of \(duration) passed"
      case .ended(.finished): "the peer ended the connection (FIN)"
      case .ended(.reset): "the peer reset the connection (RST)"
      case .closedHere: "this client was closed or its task cancelled"
      case .system(let call, let code): "\(call) failed: \(systemMessage(code))"
      case .malformed(let rule): "malformed: \(rule)"
      case .unexpected(let what): what
      }
    let start = "awaited \(awaited), but \(reason)"
    guard let received else { return start }
    guard !received.isEmpty else { return start + "; nothing received" }
    return start + "; received (\(received.count) bytes):\n\(received.readable)"
  }
}

/// How the peer ended a connection.
public enum End: Sendable, Equatable {
  /// In order: everything that it sent has arrived (FIN).
  case finished
  /// Abruptly: bytes on their way may be lost (RST).
  case reset
}
