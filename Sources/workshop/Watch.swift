import Glibc
import WorkshopChecks

/// Grades a file again whenever it is saved, until the program is ended.
struct Watch {
  private let book: Workbook

  init(_ book: Workbook) { self.book = book }

  /// - Parameter exercise: the one to watch; nil for the next one, and when that is done for the one after it.
  func run(_ exercise: Exercise?) {
    guard var current = exercise ?? book.next else { return say("All exercises are done.") }
    var seen: Version?
    while true {
      let file = book.ownFile(of: current)
      let version = Version(of: file)
      if version != seen {
        seen = version
        let isPassed = Verification.run(current, file: file, book, isLong: false)
        if isPassed, exercise == nil {
          guard let next = book.next else { return say("All exercises are done.") }
          current = next
          seen = Version(of: book.ownFile(of: current))
        }
        say("Watching \(book.shown(book.ownFile(of: current))). Save it, and it is graded again; Ctrl-C ends.\n")
      }
      _ = poll(nil, 0, 200)
    }
  }

  /// What tells a saved file from the one before.
  private struct Version: Equatable {
    private let seconds: Int
    private let nanoseconds: Int
    private let size: Int
    private let file: UInt64

    init?(of path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
      (size, file) = (Int(status.st_size), UInt64(status.st_ino))
    }
  }
}
