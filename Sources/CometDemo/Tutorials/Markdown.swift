// The Markdown of the tutorials: just the part that they use. Everything else is a mistake with its line, so that a
// text never looks different here from what its author saw elsewhere.

/// A text, taken apart into blocks.
struct Markdown {
  enum Block: Equatable {
    case heading(level: Int, [Inline])
    case paragraph([Inline])
    case list(isOrdered: Bool, [[Inline]])
    /// The first row is the head.
    case table([[[Inline]]])
    case fence(Fence)
  }

  indirect enum Inline: Equatable {
    case text(String)
    case code(String)
    case strong([Inline])
    case emphasis([Inline])
    case link([Inline], to: String)
  }

  /// Lines that are shown as they are.
  struct Fence: Equatable {
    /// The first word after the backticks.
    let language: String
    /// The words after it: where the lines are from.
    let source: String
    let lines: [String]
    /// The number of the first of these lines in the text, from 1.
    let firstLine: Int
  }

  /// Something that is not in the part of Markdown that the tutorials use.
  struct Mistake: Error, Equatable, CustomStringConvertible {
    let line: Int
    let reason: String
    var description: String { "line \(line): \(reason)" }
  }

  let blocks: [Block]

  init(_ text: String) throws(Mistake) {
    var parser = MarkdownBlocks(text)
    blocks = try parser.parse()
  }

  /// The words of the first heading.
  var title: String {
    for case .heading(_, let words) in blocks { return Self.plain(words) }
    return ""
  }

  var fences: [Fence] { blocks.compactMap { if case .fence(let fence) = $0 { fence } else { nil } } }

  /// The names by which headings can be linked to, as `#name`.
  var anchors: [String] {
    blocks.compactMap { if case .heading(_, let words) = $0 { Self.anchor(words) } else { nil } }
  }

  /// The targets of all links, in their order.
  var links: [String] {
    blocks.flatMap { block in
      switch block {
      case .heading(_, let words), .paragraph(let words): Self.links(words)
      case .list(_, let items): items.flatMap(Self.links)
      case .table(let rows): rows.flatMap { $0.flatMap(Self.links) }
      case .fence: [String]()
      }
    }
  }

  private static func links(_ inlines: [Inline]) -> [String] {
    inlines.flatMap { inline in
      switch inline {
      case .text, .code: [String]()
      case .strong(let words), .emphasis(let words): links(words)
      case .link(let words, let target): [target] + links(words)
      }
    }
  }

  /// The words without what they look like.
  static func plain(_ inlines: [Inline]) -> String {
    inlines.map { inline in
      switch inline {
      case .text(let text), .code(let text): text
      case .strong(let words), .emphasis(let words), .link(let words, _): plain(words)
      }
    }.joined()
  }

  /// Lower case, hyphens for spaces, and no punctuation: the same name as on the usual sites for source code.
  static func anchor(_ words: [Inline]) -> String {
    String(
      plain(words).lowercased().compactMap { character -> Character? in
        if character == " " { return "-" }
        return character.isLetter || character.isNumber || character == "-" || character == "_" ? character : nil
      })
  }
}
