import Comet

/// A client of a raw server: what its stream tells becomes something to wait for.
@LoopActor
final class RawClient: StreamUser {
  let stream: TCPStream
  /// What serves the client; cancelled when it leaves.
  var task: Task<Void, Never>?
  private var reader: Waiter<Void>?
  private var emptied: Waiter<Void>?

  init(_ stream: TCPStream) {
    self.stream = stream
    stream.user = self
  }

  func receive() async throws -> [UInt8] {
    while !stream.isClosed {
      if let bytes = try stream.receive() { return bytes }
      let waiter = Waiter<Void>()
      reader = waiter
      _ = try await waiter.wait()
    }
    return []
  }

  /// Waits until everything has gone, but not for ever, and closes.
  func end() async {
    if stream.queued > 0 {
      let waiter = Waiter<Void>()
      emptied = waiter
      _ = try? await waiter.wait(within: .seconds(2))
    }
    stream.endSending()
    stream.close()
  }

  func readable() { reader?.wake(()) }
  func drained() { emptied?.wake(()) }
  func peerLeft() { task?.cancel() }

  func failed(_ error: SystemError) {
    reader?.wake(())
    emptied?.wake(())
    task?.cancel()
  }
}
