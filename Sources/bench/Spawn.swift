// Starting programs.

import CEpoll
import Glibc

enum Spawn {
  /// Starts a program on a core, both of its outputs in one pipe.
  ///
  /// - Returns: its process, and the end of the pipe to read from, which does not block.
  static func start(_ command: [String], on core: Int? = nil) throws -> (id: pid_t, output: Int32) {
    var pipe: [Int32] = [-1, -1]
    guard Glibc.pipe(&pipe) == 0 else { throw Failure.system("pipe") }
    defer { close(pipe[1]) }
    for descriptor in pipe { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(pipe[0], F_SETFL, O_NONBLOCK)

    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&files, pipe[1], STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&files, pipe[1], STDERR_FILENO)

    // A group of its own, so that the terminal's Ctrl-C comes to this program only; and the signals that this
    // program holds back are let in again.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

    // A process inherits the core from the thread that starts it.
    let cores = Cores.current
    if let core { Cores(only: core).use() }
    defer { if core != nil { cores.use() } }
    let words = command.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var id: pid_t = 0
    let code = posix_spawnp(&id, command.first ?? "", &files, &attributes, words, environ)
    guard code == 0 else {
      close(pipe[0])
      throw Failure("cannot start \(command.first ?? ""): \(String(cString: strerror(code)))")
    }
    return (id, pipe[0])
  }

  /// Reads until there is enough or there is no more, ten seconds at most.
  static func read(_ output: Int32, until isEnough: (String) -> Bool) throws -> String {
    let end = Clock.now() + .seconds(10)
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while Clock.now() < end, !isEnough(String(decoding: text, as: UTF8.self)) {
      try Interruption.check()
      var poll = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard Glibc.poll(&poll, 1, 50) > 0 else { continue }
      let count = Glibc.read(output, &buffer, buffer.count)
      if count == 0 { break }
      text += buffer.prefix(max(0, count))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The first line that a program prints; nil when it is not installed or prints none.
  static func firstLine(_ command: String...) throws -> String? {
    guard let (id, output) = try? start(command) else { return nil }
    defer {
      kill(id, SIGKILL)
      waitpid(id, nil, 0)
      close(output)
    }
    return try read(output, until: { $0.contains("\n") }).split(separator: "\n").first.map(String.init)
  }
}

/// The cores on which a thread may run.
struct Cores {
  private var set = cpu_set_t()

  init(only core: Int) {
    withUnsafeMutableBytes(of: &set) { bytes in
      if core / 8 < bytes.count { bytes[core / 8] |= 1 << (core % 8) }
    }
  }

  private init() { sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) }

  /// Those of this thread.
  static var current: Cores { Cores() }

  /// Their numbers, in order.
  var list: [Int] {
    withUnsafeBytes(of: set) { bytes in (0..<bytes.count * 8).filter { bytes[$0 / 8] >> ($0 % 8) & 1 == 1 } }
  }

  /// Has this thread run on no others.
  func use() {
    var set = set
    sched_setaffinity(0, MemoryLayout<cpu_set_t>.size, &set)
  }
}
