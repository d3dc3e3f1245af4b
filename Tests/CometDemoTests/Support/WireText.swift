import TestSupport

/// The lines of a talk, compared without what differs from run to run.
enum WireText {
  static func masked(_ lines: [String]) -> [String] {
    lines.map { line in
      line.masked(
        .dates, .milliseconds, .integer(after: "Content-Length: "), .integer(after: "process('"),
        line.hasPrefix("chunk | ") ? .integer(after: "chunk | ") : .integerLines,
        .integer(after: "\\r\\n"))
    }
  }

  /// The same answer with the length that its body has as it stands here.
  static func withLength(_ lines: [String]) -> [String] {
    guard let start = lines.firstIndex(where: { $0.hasPrefix("body |") }) else { return lines }
    let body = lines[start...].map { String($0.dropFirst($0.count > 6 ? 7 : 6)) }.joined(separator: "\n")
    return lines.map { line in
      guard line.contains("Content-Length: ") else { return line }
      return line.replacing(/Content-Length: [0-9]+/, with: "Content-Length: \(body.utf8.count)")
    }
  }
}
