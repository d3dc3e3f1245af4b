// epoll, and the user's Ctrl-C as one more thing that can become ready.

import CEpoll
import Glibc

/// Waits for sockets by the number that they were added with.
final class Poller {
  private static let signalToken = UInt64.max

  private let descriptor: Int32
  private var events = [epoll_event](repeating: epoll_event(), count: 512)

  init() throws {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw Failure.system("epoll_create1") }
    try add(Interruption.descriptor, token: Self.signalToken)
  }

  deinit { close(descriptor) }

  /// Edge-triggered: each change is reported once, and nothing has to be registered again.
  func add(_ socket: Int32, token: UInt64) throws {
    var event = epoll_event()
    event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
    event.data.u64 = token
    guard epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event) == 0 else { throw Failure.system("epoll_ctl") }
  }

  /// Waits until something is ready, at most so long; tells what, and whether its other side has closed.
  func wait(until deadline: Nanoseconds, _ ready: (Int, Bool) throws -> Void) throws {
    let now = Clock.now()
    let left = deadline > now ? deadline - now : 0
    let count = epoll_wait(descriptor, &events, Int32(events.count), Int32(clamping: (left + 999_999) / 1_000_000))
    guard count >= 0 || errno == EINTR else { throw Failure.system("epoll_wait") }
    for index in 0..<max(0, Int(count)) {
      let token = events[index].data.u64
      if token == Self.signalToken { throw Interrupted() }
      let hasEnded = events[index].events & (EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0
      try ready(Int(truncatingIfNeeded: token), hasEnded)
    }
  }
}

/// SIGINT and SIGTERM do not end the program where it stands: it has children to end first.
enum Interruption {
  private static let signals: sigset_t = {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    return signals
  }()

  /// Readable when one of them has come.
  static let descriptor: Int32 = {
    var signals = Self.signals
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    return signalfd(-1, &signals, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
  }()

  /// Whether one has come.
  static func check() throws {
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    if Glibc.poll(&poll, 1, 0) == 1 { throw Interrupted() }
  }
}

extension Failure {
  /// A system call that failed, with what the system says about it.
  static func system(_ call: String, _ code: Int32 = errno) -> Failure {
    Failure("\(call): \(String(cString: strerror(code)))")
  }
}
