// From the words of a block to what they look like: code, emphasis, links. Outside of code a character that could mean
// something else in Markdown is a mistake: nothing is guessed.

struct MarkdownInlines {
  private let characters: [Character]
  private var place = 0
  private let firstLine: Int

  /// - Parameter line: the number of the first line, for what is to be said about mistakes.
  init(_ text: String, line: Int) {
    characters = Array(text)
    firstLine = line
  }

  mutating func parse() throws(Markdown.Mistake) -> [Markdown.Inline] {
    try parse(until: nil)
  }

  /// Up to the delimiter, which is taken as well; nil: to the end.
  private mutating func parse(until end: String?) throws(Markdown.Mistake) -> [Markdown.Inline] {
    let opening = mistake("\(end ?? "") is missing")
    var inlines: [Markdown.Inline] = []
    var text = ""
    func flush() { if !text.isEmpty { inlines.append(.text(text)) }; text = "" }

    while place < characters.count {
      if let end, take(end) {
        flush()
        return inlines
      }
      let character = characters[place]
      switch character {
      case "`":
        flush()
        inlines.append(.code(try code()))
      case "*":
        flush()
        if take("**") {
          inlines.append(.strong(try parse(until: "**")))
        } else {
          place += 1
          inlines.append(.emphasis(try parse(until: "*")))
        }
      case "[":
        flush()
        inlines.append(try link())
      default:
        try check(character)
        text.append(character == "\n" ? " " : character)
        place += 1
      }
    }
    guard end == nil else { throw opening }
    flush()
    return inlines
  }

  private mutating func take(_ delimiter: String) -> Bool {
    guard characters[place...].starts(with: delimiter) else { return false }
    place += delimiter.count
    return true
  }

  private mutating func code() throws(Markdown.Mistake) -> String {
    let opening = mistake("the code is never closed by a `")
    place += 1
    guard let end = characters[place...].firstIndex(of: "`") else { throw opening }
    guard end > place else { throw mistake("code between two backticks, without a backtick in it") }
    defer { place = end + 1 }
    return String(characters[place..<end].map { $0 == "\n" ? " " : $0 })
  }

  private mutating func link() throws(Markdown.Mistake) -> Markdown.Inline {
    let opening = mistake("a link is [words](target)")
    place += 1
    let words = try parse(until: "]")
    guard place < characters.count, characters[place] == "(", let end = characters[place...].firstIndex(of: ")") else {
      throw opening
    }
    let target = String(characters[(place + 1)..<end])
    guard !target.isEmpty, !target.contains(where: \.isWhitespace) else { throw opening }
    place = end + 1
    return .link(words, to: target)
  }

  private func check(_ character: Character) throws(Markdown.Mistake) {
    let next = place + 1 < characters.count ? characters[place + 1] : " "
    switch character {
    case "<": throw mistake("markup stands in code only")
    case "&" where next.isLetter || next == "#": throw mistake("no entities: write the character itself")
    case "!" where next == "[": throw mistake("no images")
    case "\\", "_", "~", "]", "\t": throw mistake("\(character.debugDescription) stands in code only")
    case " " where next == "\n": throw mistake("a space at the end of the line")
    case ":" where characters[place...].starts(with: "://"): throw mistake("an address is a link, or code")
    default: break
    }
  }

  private func mistake(_ reason: String) -> Markdown.Mistake {
    Markdown.Mistake(line: firstLine + characters[..<min(place, characters.count)].count { $0 == "\n" }, reason: reason)
  }
}
