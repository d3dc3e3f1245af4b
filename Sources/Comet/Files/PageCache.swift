import CometLoop
import CometWire

/// Small files in memory, each for as long as it is the same on disk, which is checked once a turn: what was worked out
/// once, such as which file that is and how it is tagged, is kept as well. A path has one spelling here, whichever is
/// asked for.
@LoopActor
final class PageCache {
  struct Page {
    let name: String
    let state: FileState
    let bytes: [UInt8]
  }

  /// Larger files are read while they are sent.
  nonisolated static let largestPage = 256 * 1024
  /// When so much is kept, all of it is dropped: simple, and what is used comes back with its next request.
  private static let mostBytes = 16 * 1024 * 1024

  private struct Kept {
    let page: Page
    /// The turn in which the page was last the file's.
    var seen: Moment
  }

  private struct WeakFile {
    weak var file: OpenFile?
  }

  private var pages: [String: Kept] = [:]
  private var bytes = 0
  /// The larger files that are being sent.
  private var files: [WeakFile] = []

  nonisolated init() {}

  /// The page of a path, unless its file is another one by now.
  func page(_ path: String) throws(RequestError) -> Page? {
    guard let index = pages.index(forKey: path) else { return nil }
    let page = pages.values[index].page
    if pages.values[index].seen != .thisTurn {
      guard try OpenFile.Version(path: page.name) == page.state.version else { return nil }
      pages.values[index].seen = .thisTurn
    }
    return page
  }

  func keep(_ page: Page, for path: String) {
    let size = Self.size(page, path)
    if bytes + size > Self.mostBytes {
      pages = [:]
      bytes = 0
    }
    bytes += size - (pages[path].map { Self.size($0.page, path) } ?? 0)
    pages[path] = Kept(page: page, seen: .thisTurn)
  }

  /// The same file, by the descriptor that it is being sent from already: many downloads of one file take one.
  func shared(_ file: OpenFile) -> OpenFile {
    files.removeAll { $0.file == nil }
    if let shared = files.lazy.compactMap(\.file).first(where: { $0.version == file.version }) { return shared }
    files.append(WeakFile(file: file))
    return file
  }

  /// A file may have many paths, by symbolic links, so they count as well; with 512 bytes for the fields and the rest.
  private static func size(_ page: Page, _ path: String) -> Int {
    page.bytes.count + path.utf8.count + page.name.utf8.count + 512
  }
}
