/// One event, as a page's listener would get it.
public struct ServerEvent: Sendable, Equatable {
  /// The last event ID at the time of this event; empty when none was sent yet.
  public let id: String
  /// The type; `message` unless the stream names another one.
  public let event: String
  /// The data lines, joined by LF.
  public let data: String

  /// An event, to compare with.
  public init(id: String = "", event: String = "message", data: String) {
    (self.id, self.event, self.data) = (id, event, data)
  }
}

/// Turns the bytes of an event stream into events, as browsers do (WHATWG HTML, section 9.2.6).
///
/// It has no input of its own: bytes are fed in whatever portions they arrive.
public struct EventStreamParser: Sendable {
  /// What a browser would send as `Last-Event-ID` now: set at the end of each event, even of one without data.
  public private(set) var lastEventID: String
  /// How many comment lines have come.
  public private(set) var comments = 0
  /// The last reconnection time that the stream has set, in milliseconds.
  public private(set) var retry: Int?

  private var line: [UInt8] = []
  private var isFirstLine = true
  private var lastWasCR = false
  private var idBuffer: String
  private var data: String?
  private var event = ""

  /// Starts at the beginning of a stream; a client that comes back keeps its last event ID.
  public init(lastEventID: String = "") {
    self.lastEventID = lastEventID
    idBuffer = lastEventID
  }

  /// Takes the next bytes and returns the events that they complete.
  public mutating func feed(_ bytes: [UInt8]) -> [ServerEvent] {
    var events: [ServerEvent] = []
    for byte in bytes {
      // CR, LF and CR LF each end one line.
      defer { lastWasCR = byte == 0x0D }
      switch byte {
      case 0x0A where lastWasCR: continue
      case 0x0A, 0x0D: endLine().map { events.append($0) }
      default: line.append(byte)
      }
    }
    return events
  }

  /// Interprets the line; an empty one ends an event. What follows the last empty line of a stream is never an event.
  private mutating func endLine() -> ServerEvent? {
    if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    isFirstLine = false
    defer { line.removeAll(keepingCapacity: true) }

    guard !line.isEmpty else { return endEvent() }
    guard let colon = line.firstIndex(of: 0x3A) else {
      interpret(line.text, "")
      return nil
    }
    var value = line[(colon + 1)...]
    if value.first == 0x20 { value.removeFirst() }
    if colon == 0 { comments += 1 } else { interpret(Array(line[..<colon]).text, Array(value).text) }
    return nil
  }

  private mutating func interpret(_ field: String, _ value: String) {
    switch field {
    case "data": data = data.map { $0 + "\n" + value } ?? value
    case "event": event = value
    case "id": if !value.utf8.contains(0) { idBuffer = value }
    case "retry": if value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { retry = Int(value) ?? retry }
    default: break
    }
  }

  private mutating func endEvent() -> ServerEvent? {
    defer { (data, event) = (nil, "") }
    lastEventID = idBuffer
    return data.map { ServerEvent(id: lastEventID, event: event.isEmpty ? "message" : event, data: $0) }
  }
}
