// A connected socket: bytes in with `await`, bytes out through a bounded queue, and who leaves is noticed.

import Glibc

/// One TCP connection on the loop.
@LoopActor
public final class TCPStream: Channel {
  /// Why nothing more can be read or written.
  public enum Failure: Error, Equatable {
    /// `abort` was called, such as after a time limit.
    case aborted
    /// The peer has reset the connection, or the network lost it.
    case broken(SystemError)
  }

  /// The most that may wait in the queue before `room()` suspends its caller.
  public let queueLimit: Int
  /// Called when bytes may be waiting, in the place of `receive`. Must only call `receiveNow` and return.
  public var onReadable: (@LoopActor () -> Void)?
  /// The task that serves this peer; it is cancelled when the peer leaves, also when it only half-closes.
  public var user: Task<Void, Never>? {
    didSet { if peerHasLeft { user?.cancel() } }
  }
  /// Whether the peer has closed its sending half, or all of it.
  public private(set) var peerHasLeft = false
  /// Whether a read may find something: set by an event, cleared by a read that did not fill the buffer.
  public private(set) var hasMore = true
  /// When bytes last arrived.
  public private(set) var lastReceived: ContinuousClock.Instant
  /// When queued bytes last moved, or began to wait.
  public private(set) var lastSent: ContinuousClock.Instant

  private let descriptor: Int32
  private var isClosed = false
  private var failure: Failure?
  private var turnOfLastRead = 0
  private var isInterrupted = false
  private var reader: UnsafeContinuation<Void, Never>?
  private var writers: [UnsafeContinuation<Void, Never>] = []
  private var queue: [UInt8] = []
  /// How much of `queue` has been written.
  private var sent = 0

  /// Takes over a connected, non-blocking socket.
  init(descriptor: Int32, queueLimit: Int) throws(SystemError) {
    self.descriptor = descriptor
    self.queueLimit = queueLimit
    lastReceived = EventLoop.shared.now
    lastSent = EventLoop.shared.now
    var on: Int32 = 1
    // Answers are whole when they are written; waiting for more (Nagle) would only cost 40 ms.
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    try EventLoop.shared.add(self, descriptor: descriptor)
  }

  // MARK: Reading

  /// Suspends until bytes may have arrived.
  ///
  /// Only one task may wait at a time. Cancellation does not end the wait: the peer, `abort` or `interrupt` do.
  public func readable() async {
    // Somebody who sends faster than we read must not keep the loop for itself.
    if hasMore { await Task.yield() } else { await withUnsafeContinuation { reader = $0 } }
  }

  /// Suspends until bytes arrive; see ``readable()``.
  ///
  /// - Returns: what has arrived, at most 64 KiB; empty when the peer has finished.
  public func receive() async throws(Failure) -> [UInt8] {
    while true {
      if let bytes = try receiveNow() { return bytes }
      await readable()
    }
  }

  /// What has arrived, without waiting: nil when there is nothing, empty when the peer has finished.
  ///
  /// One read a turn: when there is more, which ``hasMore`` tells, the next one gives nil until ``readable()`` has
  /// let the others go first.
  public func receiveNow() throws(Failure) -> [UInt8]? {
    if let failure { throw failure }
    if isInterrupted {
      isInterrupted = false
      return []
    }
    guard hasMore, turnOfLastRead != EventLoop.shared.turn else { return nil }
    turnOfLastRead = EventLoop.shared.turn
    let capacity = EventLoop.shared.receiveBuffer.count
    let count = EventLoop.shared.receiveBuffer.withUnsafeMutableBytes { buffer in
      var result = 0
      repeat { result = recv(descriptor, buffer.baseAddress, capacity, 0) } while result < 0 && errno == EINTR
      return result
    }
    if count < 0 {
      if errno == EAGAIN {
        hasMore = false
        return nil
      }
      let failure = Failure.broken(SystemError("recv"))
      fail(failure)
      throw failure
    }
    // A read that did not fill the buffer has emptied the socket; the next bytes are a new event. The end of
    // the stream, which may have been announced in the same event, is still to be read.
    hasMore = count == capacity || peerHasLeft
    lastReceived = EventLoop.shared.now
    return Array(EventLoop.shared.receiveBuffer.prefix(count))
  }

  /// Has the next read, also one that waits, find the end of the stream.
  public func interrupt() {
    isInterrupted = true
    hasMore = true
    reader?.resume()
    reader = nil
  }

  // MARK: Writing

  /// How many bytes wait to be taken by the kernel.
  public var queued: Int { queue.count - sent }
  /// Whether `room()` would suspend.
  public var isFull: Bool { queued > queueLimit }
  /// Whether `room()` would throw.
  public var hasFailed: Bool { failure != nil }

  /// Queues bytes; all that one turn of the loop queues leaves in one write. What is sent after a failure is
  /// dropped: `room()` and `receive` report it.
  public func send(_ bytes: [UInt8]) {
    guard failure == nil, !isClosed, !bytes.isEmpty else { return }
    if queue.isEmpty {
      // The array itself becomes the queue: what many streams send is not copied for each of them.
      queue = bytes
      lastSent = EventLoop.shared.now
      EventLoop.shared.flushLater(self)
      return
    }
    if sent > queue.count / 2 {
      queue.removeFirst(sent)
      sent = 0
    }
    queue.append(contentsOf: bytes)
  }

  /// Suspends while more than `limit` bytes wait: back-pressure for whoever produces them.
  ///
  /// Cancellation does not end the wait: the peer's reading or `abort` does.
  /// - Parameter limit: `queueLimit` unless told otherwise; 0 waits until everything was taken.
  public func room(limit: Int? = nil) async throws(Failure) {
    while true {
      if let failure { throw failure }
      if queued <= limit ?? queueLimit { return }
      await withUnsafeContinuation { writers.append($0) }
    }
  }

  /// Writes what the kernel takes. The loop calls it at the end of a turn and when there is room again.
  func flush() {
    guard failure == nil, !isClosed else { return }
    while sent < queue.count {
      let count = queue.withUnsafeBytes { bytes in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
        return Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      }
      if count >= 0 {
        sent += count
        lastSent = EventLoop.shared.now
      } else if errno == EAGAIN {
        break
      } else if errno != EINTR {
        return fail(.broken(SystemError("send")))
      }
    }
    if sent == queue.count {
      queue = []
      sent = 0
    }
    if !writers.isEmpty { wakeWriters() }
  }

  // MARK: The end

  /// Tells the peer that nothing more follows, after what is queued: call it when `room(limit: 0)` has returned.
  public func endSending() {
    guard !isClosed else { return }
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Ends the connection at once; whoever waits gets the failure.
  public func abort() {
    fail(.aborted)
    close()
  }

  /// Closes the socket. What is still queued is lost.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    EventLoop.shared.remove(descriptor: descriptor)
    Glibc.close(descriptor)
    onReadable = nil
    user = nil
  }

  func ready(_ events: Readiness) {
    if !events.isDisjoint(with: [.input, .hangUp]) { hasMore = true }
    if !events.isDisjoint(with: .hangUp), !peerHasLeft {
      peerHasLeft = true
      user?.cancel()
    }
    if events.contains(.output), queued > 0 { flush() }
    if hasMore {
      if let reader {
        self.reader = nil
        reader.resume()
      } else {
        onReadable?()
      }
    }
  }

  private func fail(_ failure: Failure) {
    guard self.failure == nil else { return }
    self.failure = failure
    queue = []
    sent = 0
    reader?.resume()
    reader = nil
    wakeWriters()
    user?.cancel()
  }

  private func wakeWriters() {
    let waiting = writers
    writers = []
    for writer in waiting { writer.resume() }
  }
}
