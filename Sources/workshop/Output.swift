import Glibc

/// Prints a line at once: nothing stays in a buffer for somebody who watches.
func say(_ text: String, end: String = "\n", to descriptor: Int32 = STDOUT_FILENO) {
  var rest = Array((text + end).utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno != EINTR { return }
    rest = rest.dropFirst(max(0, count))
  }
}

/// Says what is wrong, and ends the program.
func fail(_ text: String, status: Int32) -> Never {
  say("workshop: \(text)", to: STDERR_FILENO)
  exit(status)
}
