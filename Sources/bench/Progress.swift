// What happens at the moment, on standard error: the table on standard output stays alone.

import Glibc

/// One line that changes, on a terminal; elsewhere a line for each step.
struct Progress {
  private let isTerminal = isatty(STDERR_FILENO) == 1

  func show(_ text: String) { write(isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n") }

  func clear() {
    if isTerminal { write("\r\u{1B}[K") }
  }

  func note(_ text: String) {
    clear()
    write("bench: \(text)\n")
  }

  private func write(_ text: String) {
    _ = text.utf8CString.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count - 1) }
  }
}
