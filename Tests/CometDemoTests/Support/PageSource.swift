import Foundation

/// A page's text, taken apart as far as the tests need it.
struct PageSource {
  let text: String

  init(_ text: String) { self.text = text }

  /// The page of a technique.
  init(page: String) throws { self.init(try Project.text("www/\(page)")) }

  /// The script that is the technique, without the lines of its tags.
  var technique: String? {
    text.firstMatch(of: /<script id="technique">\n(?<script>(?s).*?)<\/script>/).map { String($0.script) }
  }

  /// How often an element has this id.
  func count(id: String) -> Int { text.ranges(of: " id=\"\(id)\"").count }

  /// The start tag of the element with this id.
  func tag(id: String) throws -> String? {
    text.firstMatch(of: try Regex("<[a-z0-9]+ [^>]*id=\"\(id)\"[^>]*>")).map { String(text[$0.range]) }
  }

  /// The values of all `src` and `href`.
  var links: [String] {
    text.matches(of: /(?:src|href)=["']?(?<link>[^"'\s>]+)/).map { String($0.link) }
  }

  /// What the page loads by itself: the same without plain links.
  var resources: [String] { PageSource(text.replacing(/<a\s[^>]*>/, with: "")).links }
}
