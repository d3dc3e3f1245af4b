/// One event of an event stream (WHATWG HTML §9.2): lines of `field: value`, ended by an empty line.
///
/// A line break in a value would begin a new field, written by whoever wrote the value. In `data` it is legal and sent
/// as one `data` line per line; the other values cannot have one, and such an event cannot be made.
public struct ServerSentEvent: Equatable, Sendable {
  /// Why there is no such event: a mistake of the program, not of the peer.
  public enum Invalid: Error, Equatable, Sendable, CustomStringConvertible {
    /// The event's name has a CR or LF.
    case event
    /// The id has a CR or LF, or a NUL, for which a browser ignores the id.
    case id
    /// The time is negative.
    case retry

    /// What is wrong, for a log.
    public var description: String {
      switch self {
      case .event: "the name of an event must not have a line break"
      case .id: "the id of an event must not have a line break or a NUL"
      case .retry: "the time of retry must not be negative"
      }
    }
  }

  /// What the browser's listener gets. It sees LF for each line break, also where CRLF or CR was sent.
  public let data: String
  /// Which listeners get it; nil: those of `message`.
  public let event: String?
  /// Comes back as `Last-Event-ID` when the browser reconnects; nil: the one before stays, empty: there is none.
  public let id: String?
  /// From now on, the milliseconds that the browser waits before it reconnects.
  public let retry: Int?

  /// Throws the field that cannot be sent.
  public init(data: String, event: String? = nil, id: String? = nil, retry: Int? = nil) throws(Invalid) {
    if let event, event.utf8.contains(where: Self.isLineBreak) { throw .event }
    if let id, id.utf8.contains(where: { Self.isLineBreak($0) || $0 == 0 }) { throw .id }
    if let retry, retry < 0 { throw .retry }
    self.data = data
    self.event = event
    self.id = id
    self.retry = retry
  }

  /// An event of the usual type whose id is a number, which can always be sent.
  public init(data: String, id: Int) {
    self.data = data
    self.id = String(id)
    event = nil
    retry = nil
  }

  /// The bytes of the event, up to and with its empty line.
  public var bytes: [UInt8] {
    var head = ""
    if let event { head += "event: \(event)\n" }
    if let id { head += "id: \(id)\n" }
    if let retry { head += "retry: \(retry)\n" }
    return Array(head.utf8) + Self.lines(of: data, after: "data: ") + [.lf]
  }

  /// The bytes of a comment, which no listener sees: it shows everybody on the way that the stream is alive.
  public static func comment(_ text: String) -> [UInt8] {
    lines(of: text, after: ": ") + [.lf]
  }

  /// The lines of a text, each after the same beginning. CRLF, CR and LF end a line (§9.2.5).
  private static func lines(of text: String, after beginning: String) -> [UInt8] {
    var lines = Array(beginning.utf8)
    var previous: UInt8?
    for byte in text.utf8 {
      switch byte {
      case .lf where previous == .cr: break
      case .cr, .lf: lines += [.lf] + beginning.utf8
      default: lines.append(byte)
      }
      previous = byte
    }
    return lines + [.lf]
  }

  private static func isLineBreak(_ byte: UInt8) -> Bool { byte == .cr || byte == .lf }
}
