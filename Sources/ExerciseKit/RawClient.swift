import Comet

/// A client of a raw server: what its stream tells becomes something to wait for.
@LoopActor
final class RawClient: TCPStream {
  /// What serves the client; cancelled when it leaves.
  var task: Task<Void, Never>?
  private var reader: Waiter<Void>?
  private var emptied: Waiter<Void>?

  init(_ socket: consuming AcceptedSocket) throws(SystemError) {
    try super.init(socket, queueLimit: 64 * 1024)
  }

  func next() async throws -> [UInt8] {
    while !isClosed {
      if let bytes = try receive() { return bytes }
      let waiter = Waiter<Void>()
      reader = waiter
      _ = try await waiter.wait()
    }
    return []
  }

  /// Waits until everything has gone, but not for ever, and closes.
  func end() async {
    if queued > 0 {
      let waiter = Waiter<Void>()
      emptied = waiter
      _ = try? await waiter.wait(within: .seconds(2))
    }
    endSending()
    close()
  }

  override func readable() { reader?.wake(()) }
  override func drained() { emptied?.wake(()) }
  override func peerLeft() { task?.cancel() }

  override func close() {
    super.close()
    reader?.wake(())
    emptied?.wake(())
    task?.cancel()
  }
}
