// Many connections to one server, on one thread. It has to be much cheaper than the server that it measures: one
// buffer for all that is received, requests that are made once, and as little parsing as will do.

import Glibc

/// What the client does with its connections.
protocol Conversation: AnyObject {
  /// Bytes have come. They are gone after the call.
  func received(_ bytes: UnsafeRawBufferPointer, on link: Link) throws
  /// The server has closed the connection.
  func ended(_ link: Link) throws
}

extension Conversation {
  func ended(_ link: Link) throws { throw Failure("the server closed a connection") }
}

final class Client {
  /// How long a server may take for anything before it counts as gone.
  static let patience = Nanoseconds.seconds(60)

  /// Gets what comes on all links but the control's.
  var conversation: (any Conversation)?
  private(set) var links: [Link] = []
  /// How many links have been opened, also those that are closed again.
  private var opened = 0

  private let port: UInt16
  private let poller: Poller
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
  /// A connection beside the measured ones.
  private var control: Control
  private static let controlToken = 1 << 40

  /// The time for which this program's thread has run.
  static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  init(port: UInt16) throws {
    self.port = port
    poller = try Poller()
    control = try Self.control(port: port, poller)
  }

  private static func control(port: UInt16, _ poller: Poller) throws -> Control {
    let control = Control(link: try Link(index: controlToken, number: 0, port: port))
    try poller.add(control.link.descriptor, token: UInt64(controlToken))
    return control
  }

  deinit {
    close()
    buffer.deallocate()
  }

  /// Opens so many links, some at a time: more at once than the server's queue takes would wait a second each.
  func open(_ count: Int, first request: [UInt8]) throws {
    for number in 1...max(1, count) {
      try openOne().send(request)
      if number.isMultiple(of: 250) || number == count { try barrier() }
    }
  }

  private func openOne() throws -> Link {
    let link = try connect(index: links.count)
    links.append(link)
    return link
  }

  /// Closes a link and opens another in its place.
  func replace(_ link: Link, first request: [UInt8]) throws {
    link.close()
    let new = try connect(index: link.index)
    links[link.index] = new
    try new.send(request)
  }

  private func connect(index: Int) throws -> Link {
    let link = try Link(index: index, number: opened, port: port)
    opened += 1
    try poller.add(link.descriptor, token: UInt64(index))
    return link
  }

  /// Closes all links.
  func close() {
    conversation = nil
    for link in links { link.close() }
    links = []
    control.link.close()
  }

  // MARK: Running

  /// Works for so long.
  func run(for time: Nanoseconds) throws {
    let end = Clock.now() + time
    while Clock.now() < end { try turn(until: end) }
  }

  /// Works until something is so.
  ///
  /// - Returns: whether it became so within the time.
  @discardableResult
  func run(within time: Nanoseconds, until isDone: () -> Bool) throws -> Bool {
    let end = Clock.now() + time
    while !isDone() {
      guard Clock.now() < end else { return false }
      try turn(until: end)
    }
    return true
  }

  private func turn(until deadline: Nanoseconds) throws {
    try poller.wait(until: deadline) { token, hasEnded in
      guard token != Self.controlToken else { return try read(control.link, hasEnded, for: control) }
      let link = links[token]
      guard let conversation else { return }
      try link.flush()
      try read(link, hasEnded, for: conversation)
    }
  }

  private func read(_ link: Link, _ hasEnded: Bool, for conversation: some Conversation) throws {
    while let count = try link.receive(buffer) {
      if count == 0 { return try conversation.ended(link) }
      try conversation.received(UnsafeRawBufferPointer(rebasing: buffer[..<count]), on: link)
      // Less than there was room for: the socket is empty, and what comes next is a new event. An end that this
      // event has told of comes behind the bytes.
      if count < buffer.count, !hasEnded { return }
    }
  }

  // MARK: The control connection

  /// Sends a request on the control connection, without waiting.
  func ask(_ request: [UInt8]) throws {
    control.answer = nil
    try control.link.send(request)
  }

  /// The status of its answer, when that is complete.
  var answer: Int? { control.answer }

  /// Waits until the server has accepted all connections and done all that was sent before: it answers one request more
  /// on a connection that is new, and so the last in its queue.
  func barrier() throws {
    control.link.close()
    control = try Self.control(port: port, poller)
    try ask(Request.get("/time"))
    guard try run(within: Self.patience, until: { control.answer != nil }) else { throw Failure.silence }
    guard control.answer == 200 else { throw Failure("GET /time was answered by \(control.answer ?? 0)") }
  }
}

/// One request after the other.
private final class Control: Conversation {
  let link: Link
  var answer: Int?
  private var reader = ResponseReader()
  private var status = 0

  init(link: Link) { self.link = link }

  func received(_ bytes: UnsafeRawBufferPointer, on link: Link) throws {
    var bytes = bytes
    while let part = try reader.next(&bytes) {
      switch part {
      case .head(let status): self.status = status
      case .body: break
      case .end: answer = status
      }
    }
  }
}

extension Failure {
  /// Nothing came for a long time.
  static let silence = Failure("the server did not answer within \(Int(Client.patience.seconds)) s")
}
