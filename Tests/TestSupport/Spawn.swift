import Foundation
import Glibc
import Synchronization

/// Starts programs with `posix_spawn(3)`.
///
/// Foundation's `Process` notices an exit by a socket that all children inherit, so that the exit of a program whose
/// own child lives on goes unnoticed, and its `waitUntilExit()` can keep a core busy. Here the system itself tells of
/// the exit.
enum Spawn {
  /// Held while descriptors are made and while a program starts, so that none slips into it unmarked.
  private static let lock = Mutex(())

  /// Both ends of a new pipe; no program inherits them unless it is told to.
  static func pipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    let code = lock.withLock { _ in
      guard Glibc.pipe(&ends) == 0 else { return errno }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return 0
    }
    guard code == 0 else { throw ClientError(awaiting: "a pipe", .system(call: "pipe", errno: code)) }
    return (ends[0], ends[1])
  }

  /// Starts a program as the leader of a process group of its own; returns the number of both.
  ///
  /// It starts with all signals as usual, whatever this process ignores or blocks.
  ///
  /// - Parameter streams: The descriptors for the standard input, output and error; `nil` stands for `/dev/null`.
  static func start(
    _ executable: String, _ arguments: [String], in folder: String? = nil, environment: [String: String]? = nil,
    streams: [Int32?]
  ) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in streams.enumerated() {
      if let descriptor {
        posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
      } else {
        posix_spawn_file_actions_addopen(&actions, Int32(number), "/dev/null", O_RDWR, 0)
      }
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let flags = Int32(POSIX_SPAWN_SETPGROUP) | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let variables = environment ?? ProcessInfo.processInfo.environment
    // posix_spawn cannot change the folder; a shell that makes way for the program can.
    let change = folder.map { ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, $0] } ?? []
    let words = change + [executable] + arguments
    var argv = words.map { strdup($0) } + [nil]
    var envp = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var id: pid_t = 0
    let code = lock.withLock { _ in posix_spawn(&id, words[0], &actions, &attributes, &argv, &envp) }
    guard code == 0 else {
      throw ClientError(awaiting: "the start of \(executable)", .system(call: "posix_spawn", errno: code))
    }
    return id
  }

  /// Calls back, on a thread of its own, when a child has ended: with its exit status, or with the number of the signal
  /// that ended it as a negative number.
  static func whenEnded(_ id: Int32, _ body: @escaping @Sendable (Int32) -> Void) {
    Thread.detachNewThread {
      var status: Int32 = 0
      while waitpid(id, &status, 0) < 0, errno == EINTR {}
      let signal = status & 0x7F
      body(signal == 0 ? status >> 8 & 0xFF : -signal)
    }
  }
}
