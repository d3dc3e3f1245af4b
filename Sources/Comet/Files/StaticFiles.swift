// Files of a folder, and nothing besides.

import CometLoop
import CometWire
import Glibc

/// Answers GET from the files of one folder, with validators and ranges (RFC 9110 §8.8, §13, §14).
public struct StaticFiles: Sendable {
  /// The folder's real path, without a slash at its end.
  public let folder: String
  /// Fields for HTML pages, such as a policy of what they may load; the argument is the page.
  private let pageFields: @Sendable (_ page: [UInt8]) -> Fields
  private let cache = PageCache()

  /// - Parameters:
  ///   - folder: a path; nil is returned when there is no such folder.
  ///   - pageFields: further fields for each HTML page, by its bytes; by none for one that is larger than 256 KiB.
  public init?(folder: String, pageFields: @escaping @Sendable (_ page: [UInt8]) -> Fields = { _ in Fields() }) {
    var status = stat()
    guard let real = Self.realPath(folder), stat(real, &status) == 0, status.st_mode & S_IFMT == S_IFDIR
    else { return nil }
    self.folder = real
    self.pageFields = pageFields
  }

  /// The answer to a request for a path below the folder.
  ///
  /// - Parameter path: percent-encoded, beginning with a slash. A path that ends in a slash means `index.html`.
  /// - Throws: 404 for what is not there, and for what is not to be shown; 400 for a malformed path; 503 when the
  ///   system cannot open a file now.
  @LoopActor
  public func response(to request: Request, path: String) throws(RequestError) -> Response {
    if let page = try cache.page(path) { return respond(to: request, page.state, .bytes(page.bytes)) }
    let plain = try Self.plainPath(path)
    // Another spelling of a path, such as `/%61` for `/a`.
    let canonical = PercentEncoding.encode(plain)
    if let page = try cache.page(canonical) { return respond(to: request, page.state, .bytes(page.bytes)) }
    let name = folder + plain
    // Where symbolic links lead must lie in the folder as well. Compared with the slash: `www-secret` begins like
    // `www`, but is another folder.
    guard let real = Self.realPath(name) else { throw .file(errno) }
    guard real.utf8.starts(with: (folder + "/").utf8) else { throw .noSuchFile }
    let file = try OpenFile(path: real)
    let type = MediaType.of(fileName: name)
    var fields: Fields = ["Content-Type": type]
    let isHTML = type == MediaType.html
    guard file.version.size <= PageCache.largestPage,
      let bytes = file.version.size == 0 ? [] : try? file.read(0..<file.version.size),
      bytes.count == file.version.size
    else {
      if isHTML { fields.merge(pageFields([])) }
      let body = FileBody(file: cache.shared(file), range: 0..<file.version.size)
      return respond(to: request, FileState(file.version, fields), .file(body))
    }
    if isHTML { fields.merge(pageFields(bytes)) }
    let state = FileState(file.version, fields)
    cache.keep(PageCache.Page(name: name, state: state, bytes: bytes), for: canonical)
    return respond(to: request, state, .bytes(bytes))
  }

  /// Undoes the encoding once and refuses whatever could lead out of the folder, or to a hidden file.
  private static func plainPath(_ path: String) throws(RequestError) -> String {
    guard let segments = PathPattern.segments(of: path) else {
      throw RequestError(.badRequest, "The path has an escape that is not two hexadecimal digits, or not UTF-8.")
    }
    var plain = ""
    for (index, segment) in segments.enumerated() {
      let isLast = index == segments.count - 1
      guard !segment.utf8.contains(0) else { throw RequestError(.badRequest, "A path has no NUL.") }
      // This refuses `..`, too. By bytes: what stands before a combining mark is no `Character` of its own.
      guard segment.utf8.first != UInt8(ascii: "."), !segment.utf8.contains(where: "/\\".utf8.contains),
        isLast || !segment.isEmpty
      else { throw .noSuchFile }
      plain += "/" + (isLast && segment.isEmpty ? "index.html" : segment)
    }
    return plain
  }

  /// Decides between the whole, a part, "you have it already" and "it is another one now", in the order of RFC 9110
  /// §13.2.2.
  private func respond(
    to request: Request, _ state: FileState, _ body: Response.Body
  ) -> Response {
    if state.failsPrecondition(of: request) {
      return .error(.preconditionFailed, "The file is not the one that the request is for.")
    }
    if state.isKnown(to: request) { return Response(.notModified, state.fields, .bytes([])) }

    guard request.method == .get, let field = request.fields["range"], state.allowsPart(for: request)
    else { return Response(.ok, state.fields, body) }
    var fields = state.fields
    switch ByteRange(field, size: state.version.size) {
    case .whole:
      return Response(.ok, fields, body)
    case .part(let range):
      fields.append("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(state.version.size)")
      return Response(.partialContent, fields, body.part(range))
    case .unsatisfiable:
      return .error(.rangeNotSatisfiable, "The file is shorter.", ["Content-Range": "bytes */\(state.version.size)"])
    }
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

extension Response.Body {
  /// The bytes of a range that lies within the body.
  fileprivate func part(_ range: Range<Int>) -> Response.Body {
    switch self {
    case .bytes(let bytes): .bytes(Array(bytes[range]))
    case .file(let file): .file(FileBody(file: file.file, range: range))
    case .stream, .events, .feed, .held, .unknown: self
    }
  }
}
