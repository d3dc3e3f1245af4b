/// WebSocket messages that come back, with so many on their way on each connection.
struct EchoWork: Work {
  let name = WorkName.echo
  let connections: Int
  let inFlight: Int
  let length: Int

  var what: String {
    let size = length < 1 << 20 ? "\(length) bytes" : "\(length >> 20) MiB"
    return
      "\(connections) WebSocket\(connections == 1 ? "" : "s") × \(inFlight) message\(inFlight == 1 ? "" : "s"), \(size)"
  }

  func measure(_ session: Session) throws -> [Figure] {
    let conversation = Echoes(self)
    session.client.conversation = conversation
    try session.client.open(connections, first: Request.webSocket("/echo"))
    return try conversation.meter.measure(.messages, session)
  }

  private final class Echoes: Conversation {
    let meter = Meter()
    private let length: Int
    private let inFlight: Int
    /// As many frames as are ever sent at once, one behind the other, and the length of one.
    private let frames: [UInt8]
    private let frameLength: Int
    private var heads: [ResponseReader]
    private var isOpen: [Bool]
    private var readers: [FrameReader]
    /// When the messages on their way were sent: a ring for each link, `inFlight` long.
    private var starts: [Nanoseconds]
    private var oldest: [Int]

    init(_ work: EchoWork) {
      (length, inFlight) = (work.length, work.inFlight)
      let frame = MaskedFrame.text(length: length)
      frameLength = frame.count
      frames = Array(repeatElement(frame, count: inFlight).joined())
      heads = Array(repeating: ResponseReader(), count: work.connections)
      isOpen = Array(repeating: false, count: work.connections)
      readers = Array(repeating: FrameReader(), count: work.connections)
      starts = Array(repeating: 0, count: work.connections * work.inFlight)
      oldest = Array(repeating: 0, count: work.connections)
    }

    func received(_ bytes: UnsafeRawBufferPointer, on link: Link) throws {
      let now = Clock.now()
      var bytes = bytes
      var back = 0
      if !isOpen[link.index] {
        guard let part = try heads[link.index].next(&bytes) else { return }
        guard case .head(101) = part else { throw Failure("/echo did not become a WebSocket") }
        isOpen[link.index] = true
        back = inFlight
        for place in 0..<inFlight { starts[link.index * inFlight + place] = now }
      }
      while let part = try readers[link.index].next(&bytes) {
        guard case .end(let count) = part else { continue }
        guard count == length else { throw Failure("an echo came back with \(count) bytes in the place of \(length)") }
        let place = link.index * inFlight + oldest[link.index]
        meter.done(since: starts[place], at: now)
        starts[place] = now
        oldest[link.index] = (oldest[link.index] + 1) % inFlight
        back += 1
      }
      // All that came back goes out again, in one write.
      guard back > 0 else { return }
      try frames.withUnsafeBytes { try link.send(UnsafeRawBufferPointer(rebasing: $0[..<(back * frameLength)])) }
    }
  }
}
