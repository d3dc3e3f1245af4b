import CometLoop
import CometWire

/// Small files in memory, each for as long as it is the same on disk.
@LoopActor
final class PageCache {
  struct Page {
    let version: OpenFile.Version
    let fields: Fields
    let bytes: [UInt8]
  }

  /// Larger files are read while they are sent.
  nonisolated static let largestPage = 256 * 1024
  /// When so much is kept, all of it is dropped: simple, and what is used comes back with its next request.
  private static let mostBytes = 16 * 1024 * 1024

  private var pages: [String: Page] = [:]
  private var bytes = 0

  nonisolated init() {}

  func page(_ name: String, _ version: OpenFile.Version) -> Page? {
    guard let page = pages[name], page.version == version else { return nil }
    return page
  }

  func keep(_ page: Page, _ name: String) {
    if bytes + page.bytes.count > Self.mostBytes {
      pages = [:]
      bytes = 0
    }
    bytes += page.bytes.count - (pages[name]?.bytes.count ?? 0)
    pages[name] = page
  }
}
