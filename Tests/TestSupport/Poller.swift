import Foundation
import Glibc
import Synchronization

/// Waits until sockets can be read or written, on one thread of its own.
///
/// Tests run on Swift's small pool of threads: a test that blocks one of them can starve the server that it talks to.
/// So all clients hand their waits to this thread, which spends its life in `poll(2)`.
final class Poller: Sendable {
  static let shared = Poller()

  /// How a wait ended.
  enum Outcome: Sendable {
    case ready, deadlinePassed, cancelled
  }

  private struct Waiter {
    let descriptor: Int32
    let events: Int16
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Outcome, Never>
  }

  private struct State {
    var waiters: [Int: Waiter] = [:]
    var lastID = 0
  }

  private let state = Mutex(State())
  /// A byte through this pair makes the thread look at the waiters again.
  private let bell: (read: Int32, write: Int32)

  private init() {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let result = socketpair(AF_UNIX, type, 0, &ends)
    precondition(result == 0, "no socket pair for the tests' poller: \(systemMessage(errno))")
    bell = (ends[0], ends[1])
    Thread.detachNewThread { self.run() }
  }

  /// Suspends until the descriptor is ready for one of the events, it has failed, the deadline has passed, the task is
  /// cancelled, or ``forget(_:)`` is called.
  func wait(for events: Int32, on descriptor: Int32, until deadline: ContinuousClock.Instant) async -> Outcome {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waiter = Waiter(
          descriptor: descriptor, events: Int16(events), deadline: deadline, continuation: continuation)
        state.withLock { $0.waiters[id] = waiter }
        if Task.isCancelled { finish(id, .cancelled) }
        ring()
      }
    } onCancel: {
      finish(id, .cancelled)
    }
  }

  /// Ends the waits on a descriptor that is about to be closed.
  func forget(_ descriptor: Int32) {
    let ids = state.withLock { $0.waiters.filter { $0.value.descriptor == descriptor }.map(\.key) }
    for id in ids { finish(id, .cancelled) }
    ring()
  }

  private func finish(_ id: Int, _ outcome: Outcome) {
    state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: outcome)
  }

  private func ring() {
    var byte: UInt8 = 1
    _ = write(bell.write, &byte, 1)
  }

  private func run() {
    while true {
      let waiters = state.withLock { Array($0.waiters) }
      var polled = [pollfd(fd: bell.read, events: Int16(POLLIN), revents: 0)]
      polled += waiters.map { pollfd(fd: $0.value.descriptor, events: $0.value.events, revents: 0) }
      _ = poll(&polled, nfds_t(polled.count), milliseconds(until: waiters.map(\.value.deadline).min()))

      var rings = [UInt8](repeating: 0, count: 64)
      while read(bell.read, &rings, rings.count) > 0 {}
      let now = ContinuousClock.now
      for (waiter, result) in zip(waiters, polled.dropFirst()) {
        if result.revents != 0 {
          finish(waiter.key, .ready)
        } else if waiter.value.deadline <= now {
          finish(waiter.key, .deadlinePassed)
        }
      }
    }
  }

  /// The time limit for `poll(2)`, rounded up; -1 means none.
  private func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
    guard let deadline else { return -1 }
    let left = max(.zero, deadline - .now)
    return Int32(clamping: Int((left / .milliseconds(1)).rounded(.up)))
  }
}
