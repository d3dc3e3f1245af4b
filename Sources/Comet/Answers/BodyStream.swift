import CometLoop
import CometWire

/// The body of an answer while it is being sent.
@LoopActor
public final class BodyStream {
  /// Something was written after the body's end: the handler has kept the stream for longer than its closure lasted.
  public struct Ended: Error {}

  /// What is sent when nothing else was for a while, to keep the way open.
  var filler: [UInt8]?

  let stream: TCPStream
  private let isChunked: Bool
  private var hasEnded = false
  /// Whether the server stops.
  var isStopping = false

  init(_ stream: TCPStream, isChunked: Bool) {
    self.stream = stream
    self.isChunked = isChunked
  }

  /// Sends bytes, at once and as one chunk; suspends while the client has too much of it still to read.
  ///
  /// - Throws: `CancellationError` when the server stops, `TCPStream.Closed` when the client has gone, `Ended` after
  ///   the end.
  public func write(_ bytes: [UInt8]) async throws {
    try put(bytes)
    if stream.isFull {
      try await stream.waitForRoom()
      try Task.checkCancellation()
    }
  }

  /// Sends text in UTF-8; see `write(_: [UInt8])`.
  public func write(_ text: String) async throws {
    try put(Array(text.utf8))
    if stream.isFull {
      try await stream.waitForRoom()
      try Task.checkCancellation()
    }
  }

  /// Sends without waiting for room: with each function that can suspend, an open stream becomes larger.
  func put(_ bytes: [UInt8]) throws {
    guard !hasEnded else { throw Ended() }
    if stream.isClosed { throw TCPStream.Closed() }
    // A closure that does nothing but write would not hear that the server stops. A client that has
    // half-closed still gets what needs no waiting.
    let isOnlyHalfClosed = stream.peerHasLeft && !isStopping
    if Task.isCancelled, !isOnlyHalfClosed { throw CancellationError() }
    send(bytes)
  }

  func sweep(_ now: Moment, _ limits: Limits) {
    guard let filler, !hasEnded, stream.queued == 0, now - stream.lastSent > limits.eventStreamComment else { return }
    send(filler)
  }

  /// The body is complete.
  func end() {
    cut()
    if isChunked { stream.send(ChunkEncoder.last) }
  }

  /// Nothing more is written, and the end is not announced.
  func cut() {
    hasEnded = true
  }

  private func send(_ bytes: [UInt8]) {
    // An HTTP/1.0 client knows no chunks: for it the body ends with the connection (RFC 9112 §6.3).
    stream.send(isChunked ? ChunkEncoder.chunk(bytes) : bytes)
  }
}
