// Many subscribers to the same messages, whatever their transport. Each must get each message once.

final class Subscribers: Conversation {
  let transport: Transport
  private let client: Client
  private var readers: [ResponseReader] = []
  private var frames: [FrameReader] = []
  private var scanners: [MessageScanner] = []
  /// The last message that each has got.
  private var last: [Int] = []
  private var poll: [UInt8]

  /// How many subscriptions have been confirmed.
  private var confirmed = 0
  /// The message that was sent last, and when it arrived at whom.
  private var current = 0
  private(set) var arrivals: [Nanoseconds] = []
  /// How many deliveries did not happen.
  private(set) var missed = 0

  init(_ transport: Transport, client: Client) {
    self.transport = transport
    self.client = client
    poll = transport.request(after: 0)
    client.conversation = self
  }

  /// Opens so many more, and waits until the server has them all.
  func open(_ count: Int) throws {
    readers += repeatElement(ResponseReader(), count: count)
    frames += repeatElement(FrameReader(), count: count)
    scanners += repeatElement(MessageScanner(), count: count)
    last += repeatElement(current, count: count)
    arrivals.reserveCapacity(last.count)
    try client.open(count, first: transport.request(after: current))
    // A poll is confirmed by its answer only, so that the answer to another request behind it must do.
    guard transport != .longPoll else { return try client.barrier() }
    guard try client.run(within: Client.patience, until: { confirmed == last.count }) else { throw Failure.silence }
  }

  /// Sends a message to all, and waits until all have it or the time is over.
  ///
  /// - Returns: when it was sent.
  func publish(_ message: [UInt8]) throws -> Nanoseconds {
    current += 1
    arrivals.removeAll(keepingCapacity: true)
    poll = transport.request(after: current)
    let start = Clock.now()
    try client.ask(message)
    try client.run(within: .seconds(5)) { arrivals.count == last.count && client.answer != nil }
    guard let answer = client.answer else { throw Failure.silence }
    guard answer == 201 else { throw Failure("POST \(Transport.path) was answered by \(answer)") }
    for index in last.indices where last[index] < current {
      missed += current - last[index]
      last[index] = current
    }
    return start
  }

  func received(_ bytes: UnsafeRawBufferPointer, on link: Link) throws {
    let now = Clock.now()
    var bytes = bytes
    while let part = try readers[link.index].next(&bytes) {
      switch part {
      case .head(transport == .webSocket ? 101 : 200): confirmed += 1
      case .head(let status): throw Failure("a subscriber was answered by \(status)")
      case .body(let body): try found(in: body, on: link, at: now)
      case .end:
        guard transport == .longPoll else { throw Failure("the server ended a subscription") }
        try link.send(last[link.index] == current ? poll : transport.request(after: last[link.index]))
      }
    }
    // What is left after the head of a WebSocket is frames.
    while let part = try frames[link.index].next(&bytes) {
      if case .payload(let body) = part { try found(in: body, on: link, at: now) }
    }
  }

  private func found(in body: UnsafeRawBufferPointer, on link: Link, at now: Nanoseconds) throws {
    var body = body
    while let id = scanners[link.index].next(&body) {
      // One that comes when its time is over has been counted as missed.
      guard id > last[link.index] else { continue }
      missed += id - last[link.index] - 1
      last[link.index] = id
      if id == current { arrivals.append(now) }
    }
  }
}
