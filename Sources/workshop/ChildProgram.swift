// A program that the workshop starts: its output is read through a pipe.

import Foundation
import Synchronization

final class ChildProgram {
  private let id: pid_t
  /// The reading end of the program's output, and the writing end of its input.
  private let output: Int32
  private let input: Int32
  private var unread: [UInt8] = []
  private var isWaitedFor = false
  private var isShown = false
  private let crash = Crash()

  /// Whether the program's output tells of a crash: it takes a while until it has said all, and dies.
  private final class Crash: Sendable {
    let isTold = Mutex(false)

    func look(_ output: ArraySlice<UInt8>) {
      let text = String(decoding: output, as: UTF8.self)
      if text.contains("Fatal error") || text.contains("*** ") { isTold.withLock { $0 = true } }
    }
  }

  private static let outputLimit = 1 << 20

  /// Starts a program with standard output and error in one pipe; nil when it cannot be started.
  init?(_ words: [String], variables: [String: String] = [:]) {
    guard let output = Self.pipe(), let input = Self.pipe() else { return nil }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input.read, 0)
    posix_spawn_file_actions_adddup2(&actions, output.write, 1)
    posix_spawn_file_actions_adddup2(&actions, output.write, 2)
    let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    var arguments = words.map { strdup($0) } + [nil]
    var settings = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { (arguments + settings).forEach { free($0) } }
    var id: pid_t = 0
    let code = posix_spawnp(&id, words[0], &actions, nil, &arguments, &settings)
    close(input.read)
    close(output.write)
    guard code == 0 else {
      close(input.write)
      close(output.read)
      return nil
    }
    (self.id, self.output, self.input) = (id, output.read, input.write)
  }

  deinit {
    close(input)
    if !isShown { close(output) }
  }

  private static func pipe() -> (read: Int32, write: Int32)? {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Waits for a whole line that begins so; nil when it does not come.
  func line(startingWith words: String, within limit: Duration) -> String? {
    let deadline = ContinuousClock.now + limit
    repeat {
      let lines = unread.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
      for line in lines.map({ String(decoding: $0, as: UTF8.self) }) where line.hasPrefix(words) { return line }
    } while ContinuousClock.now < deadline && read()
    return nil
  }

  /// Reads what is there, waiting for a moment; false at the end.
  private func read() -> Bool {
    var entry = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, 100) != 0 else { return true }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(output, &buffer, buffer.count)
    guard count > 0 else { return count < 0 && errno == EINTR }
    unread += buffer.prefix(min(count, max(0, Self.outputLimit - unread.count)))
    return true
  }

  /// What has been read of the output and not been shown.
  var rest: String { String(decoding: unread, as: UTF8.self) }

  /// From now on, what the program prints is printed.
  func showOutput() {
    isShown = true
    let (output, crash) = (output, crash)
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = Glibc.read(output, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        _ = write(STDERR_FILENO, buffer, count)
        crash.look(buffer.prefix(count))
      }
      close(output)
    }
  }

  /// Reads the output to its end and waits for the exit.
  func wait() -> Int32 {
    while read() {}
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    isWaitedFor = true
    return status & 0x7F == 0 ? status >> 8 & 0xFF : -1
  }

  /// Waits for the exit of a program whose output is shown; returns how it has ended.
  func waitForExit() -> String {
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    isWaitedFor = true
    return Self.story(of: status)
  }

  private static func story(of status: Int32) -> String {
    let signal = status & 0x7F
    return signal == 0 ? "It ended by itself." : "It crashed: \(strsignal(signal).map { String(cString: $0) } ?? "")."
  }

  /// Ends the program; returns how it has ended if it had before.
  @discardableResult
  func kill() -> String? {
    guard !isWaitedFor else { return nil }
    isWaitedFor = true
    var status: Int32 = 0
    // One that ends of its own has a moment, one that tells of its crash has long.
    let start = ContinuousClock.now
    repeat {
      if waitpid(id, &status, WNOHANG) == id { return Self.story(of: status) }
      usleep(10_000)
    } while ContinuousClock.now - start < (crash.isTold.withLock { $0 } ? .seconds(20) : .milliseconds(250))
    Glibc.kill(id, SIGKILL)
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    return nil
  }
}
