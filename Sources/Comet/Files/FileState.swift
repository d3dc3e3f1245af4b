import CometWire
import Glibc

/// What an answer says of a file as it is now, and what a request may say about it (RFC 9110 §8.8, §13).
struct FileState: Sendable {
  let version: OpenFile.Version
  let fields: Fields
  private let tag: EntityTag
  private let lastModified: HTTPDate

  /// - Parameter fields: those besides the validators.
  init(_ version: OpenFile.Version, _ fields: Fields) {
    self.version = version
    tag = version.tag
    // Never later than the answer (§8.8.2.1).
    lastModified = HTTPDate(seconds: min(version.modified, time(nil)))
    var fields = fields
    fields.set("ETag", tag.text)
    fields.set("Last-Modified", lastModified.text)
    fields.set("Accept-Ranges", "bytes")
    // To be asked again each time: a learner changes a page and reloads it.
    fields.merge(["Cache-Control": "no-cache"])
    self.fields = fields
  }

  /// If-Match; If-Unmodified-Since only without it (RFC 9110 §13.1.1, §13.1.4).
  func failsPrecondition(of request: Request) -> Bool {
    // A list may go over several field lines.
    if request.fields.contains("if-match") {
      return !request.fields.all("if-match").contains(where: tag.isMatched)
    }
    guard let since = request.fields["if-unmodified-since"].flatMap({ HTTPDate($0) }) else { return false }
    return lastModified > since
  }

  /// If-None-Match; If-Modified-Since only without it (RFC 9110 §13.1.2, §13.1.3).
  func isKnown(to request: Request) -> Bool {
    let fields = request.fields.all("if-none-match")
    if !fields.isEmpty { return fields.contains(where: tag.isNamed) }
    guard let since = request.fields["if-modified-since"].flatMap({ HTTPDate($0) }) else { return false }
    return lastModified <= since
  }

  /// If-Range: a part is of use only when it belongs to what the client has (RFC 9110 §13.1.5). A date does not tell:
  /// the file may have changed twice in that second (§8.8.2.2).
  func allowsPart(for request: Request) -> Bool {
    guard let field = request.fields["if-range"] else { return true }
    return field.isExactly(tag.text)
  }
}
