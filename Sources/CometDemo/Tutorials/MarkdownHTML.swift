// From blocks to HTML. Every character of the text is escaped; no tag comes from anywhere but from here.

struct MarkdownHTML {
  /// The address of a link on this site; nil for what the site does not show, which then is plain text.
  let address: (_ target: String) -> String?

  func render(_ blocks: [Markdown.Block]) -> String {
    blocks.map(render).joined(separator: "\n")
  }

  private func render(_ block: Markdown.Block) -> String {
    switch block {
    case .heading(let level, let words):
      return "<h\(level) id=\"\(Self.escape(Markdown.anchor(words)))\">\(render(words))</h\(level)>"
    case .paragraph(let words):
      return "<p>\(render(words))</p>"
    case .list(let isOrdered, let items):
      let tag = isOrdered ? "ol" : "ul"
      return "<\(tag)>\n\(items.map { "<li>\(render($0))</li>\n" }.joined())</\(tag)>"
    case .table(let rows):
      let head = rows.prefix(1).map { row in row.map { "<th scope=\"col\">\(render($0))</th>" }.joined() }
      let body = rows.dropFirst().map { row in
        row.enumerated().map { column, cell in
          column == 0 ? "<th scope=\"row\">\(render(cell))</th>" : "<td>\(render(cell))</td>"
        }.joined()
      }
      return """
        <div class="scroller" tabindex="0" role="region" aria-label="Table"><table>
        <thead>\(head.map { "<tr>\($0)</tr>" }.joined())</thead>
        <tbody>\(body.map { "<tr>\($0)</tr>" }.joined(separator: "\n"))</tbody>
        </table></div>
        """
    case .fence(let fence):
      return render(fence)
    }
  }

  private func render(_ fence: Markdown.Fence) -> String {
    let file = fence.source.prefix { $0 != " " && $0 != ":" }
    let caption =
      switch fence.language {
      case "http": "&gt; asked, &lt; answered"
      case "sh": "In a terminal"
      case _ where !file.isEmpty: "<b>\(Self.escape(String(file)))</b>"
      default: ""
      }
    let lines = fence.lines.map { line in
      let name = Self.lineClass(line, in: fence.language)
      return name.isEmpty ? Self.escape(line) : "<i class=\"\(name)\">\(Self.escape(line))</i>"
    }
    return """
      <figure class="panel">
      \(caption.isEmpty ? "" : "<figcaption>\(caption)</figcaption>\n")<pre tabindex="0"><code>\(lines.joined(separator: "\n"))</code></pre>
      </figure>
      """
  }

  /// Comments, and what a client says, look different.
  private static func lineClass(_ line: String, in language: String) -> String {
    switch language {
    case "http": line.hasPrefix(">") ? "asked" : ""
    case "sh": line.hasPrefix("#") ? "comment" : ""
    default: line.drop { $0 == " " }.hasPrefix("//") ? "comment" : ""
    }
  }

  private func render(_ inlines: [Markdown.Inline]) -> String {
    inlines.map { inline in
      switch inline {
      case .text(let text): return Self.escape(text)
      case .code(let text): return "<code>\(Self.escape(text))</code>"
      case .strong(let words): return "<strong>\(render(words))</strong>"
      case .emphasis(let words): return "<em>\(render(words))</em>"
      case .link(let words, let target):
        guard let address = address(target) else { return render(words) }
        return "<a href=\"\(Self.escape(address))\">\(render(words))</a>"
      }
    }.joined()
  }

  static func escape(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
  }
}
