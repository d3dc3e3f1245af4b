// A connected socket: bytes in as they come, bytes out through a bounded queue, and a peer that leaves is noticed.

import Glibc

/// A connection that was accepted, for a ``TCPStream`` to take over; dropped, it refuses the client.
public struct AcceptedSocket: ~Copyable {
  let descriptor: Int32

  deinit { Glibc.close(descriptor) }

  consuming func take() -> Int32 {
    let taken = descriptor
    discard self
    return taken
  }
}

/// One TCP connection on the loop.
///
/// A protocol on top of it is a subclass: most connections wait for something, and one object is what a wait costs. The
/// loop calls the open methods. Of the stream's own methods, ``flush()`` calls ``drained()``, or ``close()`` when the
/// connection is broken.
@LoopActor
open class TCPStream: Channel {
  /// Nothing can be sent any more: the peer has gone, or the stream was closed.
  public struct Closed: Error {
    /// The error.
    public init() {}
  }

  // Half as wide as they could be: ten thousand connections have them.
  private let limit: Int32
  /// How many bytes the peer's system had not confirmed yet when ``lookForProgress(at:)`` last looked.
  public private(set) final var unconfirmed: Int32 = 0
  /// When bytes last arrived.
  public private(set) final var lastReceived = Moment.thisTurn
  /// When queued bytes last moved, or began to wait.
  public private(set) final var lastSent = Moment.thisTurn

  private var writers: [UnsafeContinuation<Void, Never>] = []
  private let descriptor: Int32
  private var turnOfLastRead: UInt32 = 0
  // Directly before the flags: they fill the padding after its last byte.
  private var queue = SendQueue()

  /// Whether the peer has closed its sending half, or all of it.
  public private(set) final var peerHasLeft = false
  /// Whether nothing can be sent or received any more.
  public private(set) final var isClosed = false
  /// Whether a read may find something: set by an event, cleared by a read that did not fill the buffer.
  public private(set) final var hasMore = false
  /// Whether `readable` is being called: what is sent then is flushed after that.
  private var isInReadable = false

  /// Takes over a connection, which the loop keeps until ``close()``.
  ///
  /// - Throws: what the system says when the loop cannot watch it; the connection is closed then.
  public init(_ socket: consuming AcceptedSocket, queueLimit: Int) throws(SystemError) {
    descriptor = socket.take()
    limit = Int32(clamping: max(0, queueLimit))
    // Answers are whole when they are written; waiting for more (Nagle) would only cost 40 ms.
    set(TCP_NODELAY, 1)
    // The kernel would take megabytes for a peer that reads slowly, and then report no room before a third of them is
    // gone: its reading would not be seen.
    set(TCP_NOTSENT_LOWAT, 128 * 1024)
    do throws(SystemError) {
      try EventLoop.shared.add(self, descriptor: descriptor)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
  }

  private func set(_ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, Int32(IPPROTO_TCP), option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  // MARK: For the protocol on top

  /// Bytes may have arrived, or the end has: ``receive()`` tells.
  open func readable() {}
  /// All that was queued has been taken.
  open func drained() {}
  /// The peer has closed its sending half, or all of it. What it sent before can still be received.
  open func peerLeft() {}

  // MARK: Reading

  /// What has arrived: nil when there is nothing, empty when the peer has finished.
  ///
  /// One read a turn: a peer that sends faster than we read must not keep the loop for itself. When there is more,
  /// `readable` is called again in the next turn.
  /// - Throws: what the system says of a broken connection; close it then.
  public final func receive() throws(SystemError) -> [UInt8]? {
    guard hasMore, !isClosed else { return nil }
    guard turnOfLastRead != EventLoop.shared.turn else {
      readLater()
      return nil
    }
    turnOfLastRead = EventLoop.shared.turn
    let buffer = EventLoop.shared.receiveBuffer
    var count = 0
    repeat { count = recv(descriptor, buffer.baseAddress, buffer.count, 0) } while count < 0 && errno == EINTR
    if count < 0 {
      hasMore = false
      guard errno == EAGAIN else { throw SystemError("recv") }
      return nil
    }
    // A read that did not fill the buffer has emptied the socket, but for urgent data, which no protocol here has; the
    // next bytes are a new event. The end of the stream, which may have been announced in the same event, is still to
    // be read.
    hasMore = count == buffer.count || peerHasLeft && count > 0
    lastReceived = EventLoop.shared.now
    return Array(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }

  /// Calls `readable` in the next turn: for a stream that has more to do than others should have to wait for.
  public final func readLater() {
    if !isClosed { EventLoop.shared.readLater(descriptor: descriptor) }
  }

  /// Whether `readable` will be called in the next turn, so that nothing needs to be done in this one.
  public final var willReadLater: Bool { !isClosed && EventLoop.shared.willReadLater(descriptor: descriptor) }

  // MARK: Writing

  /// The most that may wait in the queue before ``waitForRoom()`` suspends its caller; 2 GiB at most.
  public final var queueLimit: Int { Int(limit) }
  /// How many bytes wait to be taken by the kernel.
  public final var queued: Int { queue.count }
  /// Whether `waitForRoom()` would suspend.
  public final var isFull: Bool { queued > queueLimit }

  /// Queues bytes; all that one turn of the loop queues leaves in one write. What is sent after the end is dropped.
  public final func send(_ bytes: [UInt8]) {
    if !isClosed, queue.append(bytes) { queueHasBegun() }
  }

  /// Queues what a closure writes, where it will be sent from: without a copy.
  public final func send(_ write: (inout [UInt8]) -> Void) {
    if !isClosed, queue.append(write) { queueHasBegun() }
  }

  private func queueHasBegun() {
    lastSent = EventLoop.shared.now
    if !isInReadable { EventLoop.shared.flushLater(self) }
  }

  /// Suspends while more than `queueLimit` bytes wait: back-pressure for their producer.
  ///
  /// Cancellation does not end the wait: the peer's reading or `close` does.
  public final func waitForRoom() async throws(Closed) {
    while isFull { await withUnsafeContinuation { writers.append($0) } }
    if isClosed { throw Closed() }
  }

  /// Writes what the kernel takes. The loop calls it at the end of a turn and when there is room again; code that
  /// writes to many streams calls it for each, while its memory is still at hand. Not to be called from ``drained()``.
  public final func flush() {
    guard !queue.isEmpty else { return }
    repeat {
      let count = queue.offer { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count >= 0 {
        lastSent = EventLoop.shared.now
      } else if errno == EAGAIN {
        if !isFull { wakeWriters() }
        return
      } else if errno != EINTR {
        // Broken: nothing more can be sent or received.
        return close()
      }
    } while !queue.isEmpty
    if !writers.isEmpty { wakeWriters() }
    drained()
  }

  /// Looks whether the peer has taken something of what the kernel holds for it: then this is ``lastSent``. The kernel
  /// itself tells only when much of that has gone, and a slow reader takes long for so much.
  public final func lookForProgress(at now: Moment) {
    var count: Int32 = 0
    // All that the peer's system has not confirmed (tcp(7), SIOCOUTQ).
    guard ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 else { return }
    if count < unconfirmed { lastSent = now }
    unconfirmed = count
  }

  /// Whether bytes have arrived that were not read yet (tcp(7), SIOCINQ).
  public final var hasUnread: Bool {
    var count: Int32 = 0
    return ioctl(descriptor, UInt(FIONREAD), &count) == 0 && count > 0
  }

  // MARK: The end

  /// Tells the peer that nothing more follows; what is still queued is lost.
  public final func endSending() {
    guard !isClosed else { return }
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Closes the socket. What is still queued is lost, and those who wait for room get `Closed`. The loop calls it when
  /// the connection is broken.
  open func close() {
    guard !isClosed else { return }
    isClosed = true
    EventLoop.shared.remove(descriptor: descriptor)
    Glibc.close(descriptor)
    queue = SendQueue()
    wakeWriters()
  }

  final func ready(_ events: Readiness) {
    if isClosed { return }
    let isLeaving = !peerHasLeft && !events.isDisjoint(with: .hangUp)
    if isLeaving { peerHasLeft = true }
    if !events.isDisjoint(with: [.input, .hangUp]) { hasMore = true }
    if events.contains(.output), queued > 0 { flush() }
    if hasMore {
      isInReadable = true
      readable()
      isInReadable = false
      // What is answered without waiting leaves at once, while the next bytes are still on their way.
      if !queue.isEmpty { flush() }
    }
    if isLeaving { peerLeft() }
  }

  private func wakeWriters() {
    let waiting = writers
    writers = []
    for writer in waiting { writer.resume() }
  }
}
