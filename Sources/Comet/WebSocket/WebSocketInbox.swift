import CometLoop

extension WebSocket {
  /// What has arrived and was not received by the handler yet, in order. When it is full, nothing more is read from
  /// the socket: the peer feels the handler's pace.
  struct Inbox {
    enum Event {
      case message(Message)
      /// Nothing comes after it. The value is the close frame to be sent back; nil when the peer is gone.
      case end([UInt8]?)
    }

    /// With this much nothing more is decoded.
    private static let fullBytes = 64 * 1024

    private var events: [Event] = []
    private var first = 0
    private var bytes = 0

    var isEmpty: Bool { first == events.count }
    /// How many events are in memory, with those that were taken and not let go of yet.
    var heldEvents: Int { events.count }
    var isFull: Bool { bytes >= Self.fullBytes }

    mutating func append(_ event: Event) {
      events.append(event)
      bytes += event.cost
    }

    mutating func popFirst() -> Event? {
      guard !isEmpty else { return nil }
      let event = events[first]
      first += 1
      bytes -= event.cost
      if isEmpty {
        events = []
        first = 0
      } else if first > events.count / 2 {
        // It may never run empty.
        events.removeFirst(first)
        first = 0
      }
      return event
    }
  }
}

extension WebSocket.Inbox.Event {
  /// What keeping it costs: a tiny message is not for free.
  fileprivate var cost: Int {
    switch self {
    case .message(.text(let text)): text.utf8.count + 32
    case .message(.binary(let bytes)): bytes.count + 32
    case .end: 0
    }
  }
}
