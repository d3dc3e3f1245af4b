import CometLoop
import CometWire
import Glibc

/// The numbers that bound what a client can cost. All of these can be set when the server is embedded; how many values
/// and names JSON and forms may have is fixed (``JSONText``, ``FormFields``).
public struct Limits: Sendable {
  /// The sizes of a request.
  public var request = RequestLimits()
  /// From a head's first byte to its last; beyond it 408. A deadline, so that a slow drip does not extend it.
  public var headTime = Duration.seconds(10)
  /// The longest pause within a body; beyond it 408.
  public var bodyPause = Duration.seconds(10)
  /// How long a connection may wait for its next request.
  public var idleTime = Duration.seconds(60)
  /// How many bytes may wait for a client that does not read, before its handler is suspended.
  public var queueBytes = 64 * 1024
  /// How long a client may take nothing of what waits for it, before the connection is dropped.
  public var writePause = Duration.seconds(30)
  /// How long a closed connection may still send what nobody reads, so that it gets the last answer.
  public var lingerTime = Duration.seconds(2)
  /// The most connections at once, by default what the process may have open, but 64. 32 more are answered 503, those
  /// beyond are closed.
  public var connections = Limits.connections(withDescriptors: Limits.descriptors)
  /// After this time without an event, an event stream gets a comment, so that no proxy takes it for dead.
  public var eventStreamComment = Duration.seconds(15)
  /// The sizes of a WebSocket message.
  public var webSocket = WebSocketLimits()
  /// How often a WebSocket is asked for a sign of life.
  public var pingInterval = Duration.seconds(30)
  /// How long a WebSocket may give none; it is asked before it is dropped, and has half of this time to answer.
  public var pongTime = Duration.seconds(60)
  /// How long a stopping server waits for its clients.
  public var stopTime = Duration.milliseconds(1500)
  /// ``lingerTime`` while the server stops: a client that keeps an idle connection open does not hold it up.
  public var stopLinger = Duration.milliseconds(100)

  /// The defaults.
  public init() {}

  /// What is left over is for those that are refused, for files and for whatever else the program opens.
  static func connections(withDescriptors descriptors: Int) -> Int {
    max(descriptors - 64, descriptors / 4)
  }

  /// How many descriptors the process may have open: the soft limit.
  private static var descriptors: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    return Int(clamping: limit.rlim_cur)
  }

  /// How often the connections are looked through for one whose time is over: ten times within the shortest of the
  /// limits, and as often as `stopLinger` passes, which is the precision of a held poll, too.
  var sweepInterval: Duration {
    let shortest = [
      headTime, bodyPause, idleTime, writePause, lingerTime, eventStreamComment, pingInterval, pongTime,
      min(stopLinger, .seconds(1)) * 10,
    ]
    .reduce(Duration.seconds(10), min)
    return max(.milliseconds(5), shortest / 10)
  }
}
