// SIGINT and SIGTERM as something to `await`, so that a program can end in order.

import CEpoll
import Glibc

/// Waits for signals that would otherwise end the process.
@LoopActor
public final class Signals: Channel {
  private let descriptor: Int32
  private var waiter: UnsafeContinuation<Void, Never>?

  /// Keeps the signals from ending the process, in the calling thread and in those that it starts later.
  ///
  /// Call it first thing in `main`, before another thread exists: a thread that does not hold the signal back
  /// would be ended by it.
  public nonisolated static func hold(_ signals: [Int32]) {
    var set = Self.set(of: signals)
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Suspends until one of the signals comes. After that the signals have their usual effect again: a second one
  /// ends the process at once.
  public static func first(of signals: [Int32]) async throws {
    let channel = try Signals(signals)
    await withUnsafeContinuation { channel.waiter = $0 }
    EventLoop.shared.remove(descriptor: channel.descriptor)
    Glibc.close(channel.descriptor)
    // A signal goes to any thread that lets it in, so it is enough that this one does.
    var set = Self.set(of: signals)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  private init(_ signals: [Int32]) throws(SystemError) {
    var set = Self.set(of: signals)
    descriptor = signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
    guard descriptor >= 0 else { throw SystemError("signalfd") }
    try EventLoop.shared.add(self, descriptor: descriptor)
  }

  func ready(_ events: Readiness) {
    guard events.contains(.input) else { return }
    // Taken out, or the signal would strike as soon as it is let in again.
    var info = signalfd_siginfo()
    _ = read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size)
    waiter?.resume()
    waiter = nil
  }

  private nonisolated static func set(of signals: [Int32]) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    return set
  }
}
