// Reads the list items of an HTML page, as far as an exercise needs it (WHATWG HTML §13.2.5).

/// `<li title="name">text</li>`, as a browser shows it.
struct ListItem {
  let title: String?
  /// Nil when there is something else than text in it.
  let text: String?
  /// How it is written in the page.
  let source: String

  /// All of a page.
  static func all(in page: String) -> [ListItem] {
    var items: [ListItem] = []
    var rest = Substring(page)
    while let start = rest.firstRange(of: "<li") {
      let source = rest[start.lowerBound...]
      rest = rest[start.upperBound...]
      // Another element whose name begins so, such as link.
      guard let next = rest.first, next.isWhitespace || next == ">" else { continue }
      let title = attributes(&rest)["title"]
      let text = rest.prefix { $0 != "<" }
      rest = rest.dropFirst(text.count)
      let isText = rest.prefix(4).lowercased() == "</li"
      items.append(
        ListItem(
          title: title.map(decoded), text: isText ? decoded(String(text)) : nil, source: String(source.prefix(160))))
    }
    return items
  }

  /// Takes the attributes of a start tag, and its end.
  private static func attributes(_ rest: inout Substring) -> [String: String] {
    var attributes: [String: String] = [:]
    while let first = rest.first, first != ">" {
      guard !first.isWhitespace, first != "/" else {
        rest.removeFirst()
        continue
      }
      let name = rest.prefix { !$0.isWhitespace && $0 != "=" && $0 != ">" }
      rest = rest.dropFirst(max(1, name.count)).drop(while: \.isWhitespace)
      guard rest.first == "=" else { continue }
      rest = rest.dropFirst().drop(while: \.isWhitespace)
      let quote = rest.first
      let value: Substring
      if quote == "\"" || quote == "'" {
        value = rest.dropFirst().prefix { $0 != quote }
        rest = rest.dropFirst(value.count + 2)
      } else {
        value = rest.prefix { !$0.isWhitespace && $0 != ">" }
        rest = rest.dropFirst(value.count)
      }
      attributes[name.lowercased()] = String(value)
    }
    rest = rest.dropFirst()
    return attributes
  }

  private static let names = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'", "nbsp": "\u{A0}"]

  /// With the character references that servers write (§13.1.4); others are left as they are.
  private static func decoded(_ text: String) -> String {
    var result = ""
    var rest = Substring(text)
    while let character = rest.popFirst() {
      // A reference is short: so long a text without one is not searched again and again.
      let name = rest.prefix(12).prefix { $0 != ";" }
      guard character == "&", rest.dropFirst(name.count).first == ";", let value = value(of: name) else {
        result.append(character)
        continue
      }
      result += value
      rest = rest.dropFirst(name.count + 1)
    }
    return result
  }

  private static func value(of name: Substring) -> String? {
    guard name.first == "#" else { return names[String(name)] }
    let digits = name.dropFirst()
    let isHex = digits.first == "x" || digits.first == "X"
    let code = isHex ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    return code.flatMap { Unicode.Scalar($0) }.map { String($0) }
  }
}
