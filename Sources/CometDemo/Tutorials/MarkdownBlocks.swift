// From lines to blocks. Blocks are separated by empty lines, always, so that there is no doubt where one ends.

struct MarkdownBlocks {
  private let lines: [String]
  private var place = 0

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  mutating func parse() throws(Markdown.Mistake) -> [Markdown.Block] {
    var blocks: [Markdown.Block] = []
    while let line {
      if line.isEmpty {
        place += 1
      } else {
        blocks.append(try block(line))
        if let next = self.line, !next.isEmpty { throw mistake("an empty line is missing between two blocks") }
      }
    }
    return blocks
  }

  private var line: String? { place < lines.count ? lines[place] : nil }

  private func mistake(_ reason: String) -> Markdown.Mistake { Markdown.Mistake(line: place + 1, reason: reason) }

  private mutating func block(_ line: String) throws(Markdown.Mistake) -> Markdown.Block {
    if line.hasPrefix("```") { return try fence(line.dropFirst(3)) }
    if line.hasPrefix("#") { return try heading(line) }
    if line.hasPrefix("|") { return try table() }
    if let marker = Self.marker(of: line) { return try list(isOrdered: marker != "- ") }
    for start in [" ", "\t", ">", "* ", "+ ", "---", "***", "~~~"] where line.hasPrefix(start) {
      throw mistake("no block of the tutorials begins with \(start.debugDescription)")
    }
    let first = place
    while let next = self.line, !next.isEmpty, place == first || !Self.beginsBlock(next) { place += 1 }
    return .paragraph(try inlines(first..<place))
  }

  private static func beginsBlock(_ line: String) -> Bool {
    line.hasPrefix("```") || line.hasPrefix("#") || line.hasPrefix("|") || line.hasPrefix("---")
      || line.hasPrefix("===") || marker(of: line) != nil
  }

  /// `- `, or a number with a dot and a space.
  private static func marker(of line: String) -> String? {
    if line.hasPrefix("- ") { return "- " }
    return line.prefixMatch(of: #/[0-9]+\. /#).map { String($0.output) }
  }

  private func inlines(_ range: Range<Int>) throws(Markdown.Mistake) -> [Markdown.Inline] {
    var parser = MarkdownInlines(lines[range].joined(separator: "\n"), line: range.lowerBound + 1)
    return try parser.parse()
  }

  private func inlines(_ text: some StringProtocol) throws(Markdown.Mistake) -> [Markdown.Inline] {
    var parser = MarkdownInlines(String(text), line: place + 1)
    return try parser.parse()
  }

  private mutating func heading(_ line: String) throws(Markdown.Mistake) -> Markdown.Block {
    let level = line.prefix { $0 == "#" }.count
    let words = line.dropFirst(level)
    guard level <= 3, words.hasPrefix(" ") else { throw mistake("a heading is #, ## or ###, a space and words") }
    defer { place += 1 }
    return .heading(level: level, try inlines(words.dropFirst()))
  }

  private mutating func fence(_ info: Substring) throws(Markdown.Mistake) -> Markdown.Block {
    let opening = mistake("this fence is never closed")
    place += 1
    let first = place
    while let line, line != "```" { place += 1 }
    guard line != nil else { throw opening }
    defer { place += 1 }
    let language = info.prefix { $0 != " " }
    return .fence(
      Markdown.Fence(
        language: String(language), source: String(info.dropFirst(language.count + 1)),
        lines: Array(lines[first..<place]), firstLine: first + 1))
  }

  private mutating func list(isOrdered: Bool) throws(Markdown.Mistake) -> Markdown.Block {
    var items: [[Markdown.Inline]] = []
    while let line, !line.isEmpty {
      guard let marker = Self.marker(of: line), isOrdered == (marker != "- ") else {
        throw mistake("an empty line is missing after the list, or this line should be indented")
      }
      // What follows and is indented as far as the words belongs to the item.
      let indentation = String(repeating: " ", count: marker.count)
      let first = place
      var text = String(line.dropFirst(marker.count))
      place += 1
      while let next = self.line, next.hasPrefix(indentation) {
        let words = next.dropFirst(indentation.count)
        guard !words.hasPrefix(" "), !Self.beginsBlock(String(words)) else { throw mistake("no lists within lists") }
        text += "\n" + words
        place += 1
      }
      var parser = MarkdownInlines(text, line: first + 1)
      items.append(try parser.parse())
    }
    return .list(isOrdered: isOrdered, items)
  }

  private mutating func table() throws(Markdown.Mistake) -> Markdown.Block {
    var rows: [[[Markdown.Inline]]] = []
    let first = place
    while let line, line.hasPrefix("|") {
      guard line.count > 1, line.hasSuffix("|") else { throw mistake("a row of a table begins and ends with |") }
      let cells = line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
      if place == first + 1 {
        guard cells.allSatisfy({ $0.wholeMatch(of: /-{3,}/) != nil }) else { throw mistake("here belongs |---|---|") }
      } else {
        var row: [[Markdown.Inline]] = []
        for cell in cells { row.append(try inlines(Self.trimmed(cell))) }
        rows.append(row)
      }
      guard cells.count == rows[0].count else { throw mistake("the first row has \(rows[0].count) cells") }
      place += 1
    }
    guard place > first + 1 else { throw mistake("a table needs |---|---| under its first row") }
    return .table(rows)
  }

  private static func trimmed(_ cell: Substring) -> Substring {
    var cell = cell.drop { $0 == " " }
    while cell.last == " " { cell.removeLast() }
    return cell
  }
}
