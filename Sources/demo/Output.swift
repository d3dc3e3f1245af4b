import Glibc

/// Lines of text on a descriptor, at once: nothing stays in a buffer for somebody who waits for it.
enum Output {
  static func line(_ text: String, to descriptor: Int32) {
    var rest = Array((text + "\n").utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return }
      rest = rest.dropFirst(max(0, count))
    }
  }

  /// Whether a line may be written without waiting for a reader. A pipe that is ready takes `PIPE_BUF` bytes (pipe(7)).
  ///
  /// O_NONBLOCK would ask the same, but of all programs that share the descriptor.
  static func hasRoom(_ descriptor: Int32) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&request, 1, 0) == 1 && request.revents & Int16(POLLOUT) != 0
  }
}
