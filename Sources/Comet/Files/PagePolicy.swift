// What a page may load and run. Received text never becomes markup; should a page fail in that once, this is what
// keeps the markup from doing harm.

import CometWire

/// The Content-Security-Policy of a page (CSP Level 3), with the hashes of its own inline scripts.
public struct PagePolicy: Sendable {
  /// Sources to which scripts may connect besides the page's own origin.
  public var connect: [String]

  /// Such as `["ws:", "http://127.0.0.1:*"]`.
  public init(connect: [String] = []) {
    self.connect = connect
  }

  /// The fields for a page with these bytes.
  public func fields(for page: [UInt8]) -> Fields {
    let hashes = Self.inlineScripts(in: String(decoding: page, as: UTF8.self))
      .map { "'sha256-\(Base64.encode(SHA256.hash(Array($0.utf8))))'" }
    // A browser that knows hashes ignores 'unsafe-inline' beside them; one that does not needs it (CSP3 §6.7.3.2).
    let scripts = (["'self'"] + (hashes.isEmpty ? [] : ["'unsafe-inline'"]) + hashes).joined(separator: " ")
    let policy = [
      "default-src 'self'", "script-src \(scripts)",
      "connect-src \((["'self'"] + connect).joined(separator: " "))",
      "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'self'",
    ]
    return ["Content-Security-Policy": policy.joined(separator: "; "), "Referrer-Policy": "same-origin"]
  }

  /// The texts of the script elements without a source, exactly as they stand: that is what a browser hashes.
  static func inlineScripts(in page: String) -> [String] {
    var scripts: [String] = []
    var rest = page[...]
    while let start = rest.firstRange(of: "<script"), let tagEnd = rest[start.upperBound...].firstIndex(of: ">") {
      let attributes = rest[start.upperBound..<tagEnd]
      rest = rest[rest.index(after: tagEnd)...]
      guard let end = rest.firstRange(of: "</script>") else { break }
      if !attributes.contains("src=") { scripts.append(String(rest[..<end.lowerBound])) }
      rest = rest[end.upperBound...]
    }
    return scripts
  }
}
