// Reads an event stream as a browser does (WHATWG HTML §9.2.6), and remembers when what came.

/// One event, as a listener gets it.
struct StreamEvent {
  /// The value of the event's own `id` line; nil without one.
  let id: String?
  /// `message` unless the stream says otherwise.
  let type: String
  let data: String
  /// When the last `data` line had come, and when the empty line.
  let dataTime: ContinuousClock.Instant
  let time: ContinuousClock.Instant
}

final class EventStreamReader {
  let answer: Answer
  /// The values of all `retry` lines.
  private(set) var retries: [String] = []
  private(set) var hasEnded = false
  private var commentCount = 0

  private var line: [UInt8] = []
  private var lastWasCR = false
  private var isFirstLine = true
  private var events: [StreamEvent] = []
  private var id: String?
  private var type = ""
  private var data: [String] = []
  private var dataTime = ContinuousClock.now
  private var firstDataTime = ContinuousClock.now

  private static let lineLimit = 1 << 20

  init(_ answer: Answer) {
    self.answer = answer
  }

  /// Waits for the next event, of this type if one is given; others are passed over.
  ///
  /// - Parameter what: what is waited for, where that can be said better.
  func next(
    _ wanted: String? = nil, for what: String? = nil, by deadline: ContinuousClock.Instant
  ) throws -> StreamEvent {
    let expected = what ?? wanted.map { "an event of the type \($0)" } ?? "an event"
    while true {
      while !events.isEmpty {
        let event = events.removeFirst()
        if wanted == nil || event.type == wanted { return event }
      }
      switch try answer.next(by: deadline) {
      case .bytes(let bytes): try feed(bytes)
      case .end:
        hasEnded = true
        if events.isEmpty { throw Fault(expected: expected, got: "The stream ended. \(unfinished)") }
      case .silence: throw Fault(expected: expected, got: "None came in time. \(unfinished)", .silent)
      }
    }
  }

  /// Waits for a line that is a comment, from now on; false when none comes in time.
  func hasComment(by deadline: ContinuousClock.Instant) throws -> Bool {
    let before = commentCount
    while commentCount == before {
      guard case .bytes(let bytes) = try answer.next(by: deadline) else { return false }
      try feed(bytes)
    }
    return true
  }

  /// What has come of an event that is not complete.
  private var unfinished: String {
    if !data.isEmpty { return "Its data lines came, but no empty line after them, without which it is no event." }
    if !line.isEmpty { return "A line came without its end: \(Readable.quoted(line))." }
    return ""
  }

  private func feed(_ bytes: [UInt8]) throws {
    for byte in bytes {
      // CR, LF and CR LF each end one line.
      defer { lastWasCR = byte == 0x0D }
      switch byte {
      case 0x0A where lastWasCR: continue
      case 0x0A, 0x0D: endLine()
      default: line.append(byte)
      }
    }
    // An event is written at once: these are several, with nothing between them.
    if events.isEmpty, data.count >= 3, dataTime - firstDataTime > .milliseconds(250) {
      throw Fault(expected: "an empty line after each event", got: unfinished)
    }
    guard line.count + data.reduce(0, { $0 + $1.utf8.count + 1 }) <= Self.lineLimit else {
      throw Fault(expected: "events of a reasonable size", got: "One event has more than \(Self.lineLimit) bytes.")
    }
  }

  private func endLine() {
    if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    isFirstLine = false
    defer { line = [] }
    if line.isEmpty { return endEvent() }
    let colon = line.firstIndex(of: 0x3A) ?? line.endIndex
    var value = line[colon...].dropFirst()
    if value.first == 0x20 { value = value.dropFirst() }
    let text = String(decoding: value, as: UTF8.self)
    switch String(decoding: line[..<colon], as: UTF8.self) {
    case "data":
      if data.isEmpty { firstDataTime = .now }
      data.append(text)
      dataTime = .now
    case "event": type = text
    case "id": id = text
    case "retry": retries.append(text)
    case "": commentCount += 1
    default: break
    }
  }

  private func endEvent() {
    defer { (id, type, data) = (nil, "", []) }
    guard !data.isEmpty else { return }
    events.append(
      StreamEvent(
        id: id, type: type.isEmpty ? "message" : type, data: data.joined(separator: "\n"), dataTime: dataTime,
        time: .now))
  }
}
