// One turn of the loop: deliver and write what was queued, wait for the kernel, tell whom it concerns, wake what is
// due, let the tasks run that have become ready.

import CEpoll
import Glibc

/// Something with a file descriptor that wants to know when it is ready.
@LoopActor
protocol Channel: AnyObject {
  /// The kernel reports a change.
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
  private struct Place {
    var channel: (any Channel)?
    /// How often the descriptor has been in use, which tells its owners apart.
    var generation: UInt32 = 0
    /// Whether the descriptor is in `unread`.
    var isUnread = false
  }

  static let shared = EventLoop()

  /// The monotonic time at which this turn began.
  private(set) var now = Moment.now
  /// Counts the turns, so that nobody reads twice in one.
  private(set) var turn: UInt32 = 1
  /// When those began to be served who are being served: first what is new, then what was left from turns before.
  private(set) var servingSince = Moment.now
  var timers = TimerHeap()
  /// Where every connection's bytes arrive first, so that an idle connection keeps no buffer.
  let receiveBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

  /// A buffer that was sent and can be filled again: the next answer needs no memory of its own.
  var spare: [UInt8] = []

  private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
  /// By descriptor.
  private var places: [Place] = []
  private var lastActions: [@LoopActor () -> Void] = []
  private var unflushed: [TCPStream] = []
  /// Descriptors, each of them once: an event may come besides, and would put its channel there again every turn.
  private var unread: [Int32] = []
  private var events = [epoll_event](repeating: epoll_event(), count: 512)

  /// Watches a descriptor until `remove`. Edge-triggered: each change is reported once, so nothing has to be
  /// registered again for each wait.
  func add(_ channel: any Channel, descriptor: Int32) throws(SystemError) {
    while places.count <= Int(descriptor) { places.append(Place()) }
    let generation = places[Int(descriptor)].generation &+ 1
    var event = epoll_event()
    event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
    event.data.u64 = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else { throw SystemError("epoll_ctl") }
    // Whether it is listed stays: the number may stand there since its last owner.
    places[Int(descriptor)].channel = channel
    places[Int(descriptor)].generation = generation
  }

  /// Forgets a descriptor; call it before the descriptor is closed.
  func remove(descriptor: Int32) {
    epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
    places[Int(descriptor)].channel = nil
  }

  func doAtEndOfTurn(_ action: @escaping @LoopActor () -> Void) {
    lastActions.append(action)
  }

  /// Calls `stream.flush()` at the end of this turn: all that a turn queues leaves in one write.
  func flushLater(_ stream: TCPStream) {
    unflushed.append(stream)
  }

  /// Calls `ready(.input)` in the next turn: a stream with more than one read's worth does not keep the loop.
  func readLater(descriptor: Int32) {
    guard !places[Int(descriptor)].isUnread else { return }
    places[Int(descriptor)].isUnread = true
    unread.append(descriptor)
  }

  func willReadLater(descriptor: Int32) -> Bool {
    places[Int(descriptor)].isUnread
  }

  func run() async {
    var wakeup = epoll_event()
    // Edge-triggered too, so that nobody needs to read the counter back to zero.
    wakeup.events = EPOLLIN.rawValue | EPOLLET.rawValue
    wakeup.data.fd = LoopExecutor.shared.wakeup
    epoll_ctl(epoll, EPOLL_CTL_ADD, LoopExecutor.shared.wakeup, &wakeup)
    while true {
      endTurn()
      poll()
      // After the reading: when the whole process was paused, what came in time is still to be read.
      while let timer = timers.takeFirst(dueAt: now) { timer.fire() }
      if LoopExecutor.shared.hasReadyJobs { await Task.yield() }
    }
  }

  /// What this leads to, such as the next piece of a file, is for the next turn: a peer that takes everything at once
  /// does not keep the loop either.
  private func endTurn() {
    for action in take(&lastActions) { action() }
    for stream in take(&unflushed) { stream.flush() }
  }

  private func poll() {
    var count: Int32
    repeat { count = epoll_wait(epoll, &events, Int32(events.count), timeout) } while count < 0 && errno == EINTR
    now = .now
    turn &+= 1
    servingSince = now
    let late = take(&unread)
    defer { readOn(late) }
    if count < 0 {
      // The loop could not be set up, for lack of descriptors: `add` has told whoever needs it, and here it must not
      // spin.
      usleep(10_000)
      return
    }
    for index in 0..<Int(count) {
      let key = events[index].data.u64
      let descriptor = Int(key & 0xFFFF_FFFF)
      // Within this batch a descriptor may have been closed and used again: then the news is not for its new owner.
      guard places.indices.contains(descriptor), places[descriptor].generation == key >> 32 else { continue }
      places[descriptor].channel?.ready(Readiness(rawValue: events[index].events))
    }
  }

  /// Lets those go on that were to read later, after what is new: who has asked for much waits longer than who has
  /// asked for little. When their time is over, the rest keeps its place before those who are listed by now.
  private func readOn(_ late: [Int32]) {
    servingSince = .now
    for (index, descriptor) in late.enumerated() {
      if index > 0, .now - servingSince > TurnShare.time { return unread.insert(contentsOf: late[index...], at: 0) }
      places[Int(descriptor)].isUnread = false
      places[Int(descriptor)].channel?.ready(.input)
    }
  }

  private func take<Element>(_ list: inout [Element]) -> [Element] {
    guard !list.isEmpty else { return [] }
    let taken = list
    list = []
    return taken
  }

  /// Milliseconds until something has to be done without an event; -1 for ever.
  private var timeout: Int32 {
    if !unread.isEmpty || !unflushed.isEmpty || !lastActions.isEmpty || LoopExecutor.shared.hasReadyJobs { return 0 }
    guard let deadline = timers.next else { return -1 }
    let wait = deadline - .now
    if wait <= .zero { return 0 }
    let (seconds, attoseconds) = wait.components
    // Rounded up: rounded down, it would wake a moment too early, and only look again.
    return Int32(clamping: min(seconds, 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
  }
}

/// Calls a closure once, when the loop's present turn ends: what it sends still leaves in this turn.
@LoopActor
public func atEndOfTurn(_ action: @escaping @LoopActor () -> Void) {
  EventLoop.shared.doAtEndOfTurn(action)
}
