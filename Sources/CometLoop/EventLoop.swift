// One turn of the loop: write what was queued, wake what is due, wait for the kernel, tell whom it concerns.

import CEpoll
import Glibc

/// Something with a file descriptor that wants to know when it is ready.
@LoopActor
protocol Channel: AnyObject {
  /// The kernel reports a change. Called between two jobs, so it must only take note, resume and return.
  func ready(_ events: Readiness)
}

/// What `epoll_wait` reports of a descriptor.
struct Readiness: OptionSet {
  let rawValue: UInt32

  static let input = Readiness(rawValue: EPOLLIN.rawValue)
  static let output = Readiness(rawValue: EPOLLOUT.rawValue)
  /// The peer has closed its sending half, or all of the connection.
  static let hangUp = Readiness(rawValue: EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue)
}

@LoopActor
final class EventLoop {
  static let shared = EventLoop()

  /// The monotonic time at which this turn began.
  private(set) var now = ContinuousClock.now
  /// Counts the turns, so that nobody reads twice in one.
  private(set) var turn = 1
  var timers = TimerHeap()
  /// Where every connection's bytes arrive first, so that an idle connection keeps no buffer.
  var receiveBuffer = [UInt8](repeating: 0, count: 64 * 1024)

  private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
  private var channels: [(any Channel)?] = []
  private var unflushed: [TCPStream] = []
  private var events = [epoll_event](repeating: epoll_event(), count: 512)

  /// Watches a descriptor until `remove`. Edge-triggered: each change is reported once, so nothing has to be
  /// registered again for each wait.
  func add(_ channel: any Channel, descriptor: Int32) throws(SystemError) {
    var event = epoll_event()
    event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
    event.data.fd = descriptor
    guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else { throw SystemError("epoll_ctl") }
    while channels.count <= Int(descriptor) { channels.append(nil) }
    channels[Int(descriptor)] = channel
  }

  /// Forgets a descriptor; call it before the descriptor is closed.
  func remove(descriptor: Int32) {
    epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
    channels[Int(descriptor)] = nil
  }

  /// Has `stream.flush()` called at the end of this turn: all that a turn queues leaves in one write.
  func flushLater(_ stream: TCPStream) {
    unflushed.append(stream)
  }

  func run() async {
    var wakeup = epoll_event()
    // Edge-triggered too, so that nobody needs to read the counter back to zero.
    wakeup.events = EPOLLIN.rawValue | EPOLLET.rawValue
    wakeup.data.fd = LoopExecutor.shared.wakeup
    epoll_ctl(epoll, EPOLL_CTL_ADD, LoopExecutor.shared.wakeup, &wakeup)
    while true {
      for stream in unflushed { stream.flush() }
      unflushed.removeAll(keepingCapacity: true)
      poll()
      turn &+= 1
      for timer in timers.takeDue(at: now) { timer.action() }
      await Task.yield()
    }
  }

  private func poll() {
    let count = epoll_wait(epoll, &events, Int32(events.count), timeout)
    now = ContinuousClock.now
    if count < 0 {
      // An interrupted wait is no error. Anything else means that the loop could not be set up, for lack of
      // descriptors: `add` has told whoever needs it, and here it must not spin.
      if errno != EINTR { usleep(10_000) }
      return
    }
    // No channel can be closed and its descriptor reused within this batch: what is resumed here runs later.
    for event in events.prefix(Int(count)) {
      let descriptor = Int(event.data.fd)
      guard channels.indices.contains(descriptor) else { continue }
      channels[descriptor]?.ready(Readiness(rawValue: event.events))
    }
  }

  /// Milliseconds until something has to be done without an event; -1 for ever.
  private var timeout: Int32 {
    if LoopExecutor.shared.hasReadyJobs { return 0 }
    guard let deadline = timers.next else { return -1 }
    let wait = deadline - ContinuousClock.now
    if wait <= .zero { return 0 }
    let (seconds, attoseconds) = wait.components
    // Rounded up: waking a moment early would only mean a second look.
    return Int32(clamping: min(seconds, 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
  }
}
