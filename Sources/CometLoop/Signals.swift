// SIGINT and SIGTERM as something to `await`, so that a program can end in order.

import CEpoll
import Glibc

/// Waits for signals that would otherwise end the process.
@LoopActor
public final class Signals: Channel {
  /// Written by the handler. A handler may interrupt anything, so it may do next to nothing (signal-safety(7)).
  private nonisolated static let counter = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
  /// The usual effect comes back here, and not when the loop hears of the signal: a loop that is stuck never does.
  private nonisolated static let handler: @convention(c) (Int32) -> Void = { number in
    Glibc.signal(number, SIG_DFL)
    eventfd_write(counter, 1)
  }

  private var waiter: UnsafeContinuation<Void, Never>?

  private init() {}

  /// Suspends until one of the signals comes. After that they have their usual effect again: a second one ends the
  /// process at once, whatever the loop is doing.
  ///
  /// One task of a process may wait at a time. Cancellation does not end the wait.
  /// - Parameter whenReady: is called when a signal no longer ends the process: from then on one may be sent.
  /// - Throws: `SystemError` when there is no descriptor left to wait with.
  public static func first(of signals: [Int32], whenReady: @LoopActor () -> Void = {}) async throws {
    guard counter >= 0 else { throw SystemError("eventfd", code: EMFILE) }
    let channel = Signals()
    try EventLoop.shared.add(channel, descriptor: counter)
    for signal in signals { Glibc.signal(signal, handler) }
    whenReady()
    await withUnsafeContinuation { channel.waiter = $0 }
    for signal in signals { Glibc.signal(signal, SIG_DFL) }
    EventLoop.shared.remove(descriptor: counter)
  }

  func ready(_ events: Readiness) {
    var count: eventfd_t = 0
    guard eventfd_read(Self.counter, &count) == 0 else { return }
    waiter?.resume()
    waiter = nil
  }
}
