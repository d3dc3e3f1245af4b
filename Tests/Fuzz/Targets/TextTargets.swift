// What becomes part of an event stream, a form or a script.

extension FuzzTarget {
  /// The fields of an event, separated by a byte that no text has.
  static let events = FuzzTarget("events") { input throws(BrokenProperty) in
    let parts = input.split(separator: 0xFF, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    let data = parts[0]
    let name = parts.count > 1 ? parts[1] : nil
    let id = parts.count > 2 ? parts[2] : nil
    try require(readData(ServerSentEvent.comment(data), field: "") == lineFeeds(data), "a comment is one")

    let mayBeSent =
      !(name ?? "").utf8.contains { $0 == .cr || $0 == .lf }
      && !(id ?? "").utf8.contains { $0 == .cr || $0 == .lf || $0 == 0 }
    guard let event = try? ServerSentEvent(data: data, event: name, id: id, retry: input.count) else {
      try require(!mayBeSent, "what may be sent is an event")
      return false
    }
    try require(mayBeSent, "what would end a line is refused")
    var bytes = event.bytes[...]
    for (field, value) in [("event", name), ("id", id), ("retry", "\(input.count)")] {
      guard let value else { continue }
      let line = Array("\(field): \(value)\n".utf8)
      try require(bytes.starts(with: line), "the line of \(field) is there, and nothing else")
      bytes = bytes.dropFirst(line.count)
    }
    try require(readData(Array(bytes), field: "data") == lineFeeds(data), "the data comes back")
    return true
  }

  /// The values of the lines, joined by LF; nil if one of them is another field's or more than one event is there.
  private static func readData(_ bytes: [UInt8], field: String) -> [UInt8]? {
    let lines = bytes.split(omittingEmptySubsequences: false) { $0 == .lf || $0 == .cr }
    let start = Array("\(field): ".utf8)
    guard lines.suffix(2).allSatisfy(\.isEmpty), lines.dropLast(2).allSatisfy({ $0.starts(with: start) }) else {
      return nil
    }
    return Array(lines.dropLast(2).map { $0.dropFirst(start.count) }.joined(separator: [UInt8.lf]))
  }

  /// CR LF and CR made LF, as a browser does.
  private static func lineFeeds(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    var last: UInt8 = 0
    for byte in text.utf8 {
      if byte != .lf || last != .cr { result.append(byte == .cr ? .lf : byte) }
      last = byte
    }
    return result
  }

  /// A form's body, or a query.
  static let forms = FuzzTarget("forms") { input throws(BrokenProperty) in
    guard let form = FormFields(input, limit: 8) else { return false }
    try require(form.fields.count <= 8, "the fields keep to their limit")
    // U+FFFD, for one byte that is not UTF-8, has three.
    let size = form.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    try require(size <= 3 * input.count, "fields are made of the input")
    let again = form.fields.map { percentEncoded($0.name) + "=" + percentEncoded($0.value) }.joined(separator: "&")
    try require(FormFields(again) == form, "\(again) is read again as itself")
    if let text = String(validating: input, as: UTF8.self) {
      try require(FormFields(text, limit: 8) == form, "text and bytes are read alike")
    }
    return true
  }

  /// The name in a JSONP request.
  static let callbacks = FuzzTarget("callbacks") { input throws(BrokenProperty) in
    let name = String(decoding: input, as: UTF8.self)
    guard let callback = JSONPCallback(name) else { return false }
    try require(name.utf8.count <= 64 && callback.name == name, "a name keeps to its limit")
    for part in name.split(separator: ".", omittingEmptySubsequences: false) {
      try require(!part.isEmpty && !(part.utf8.first ?? 0).isDigit, "a part of a name is an identifier")
    }
    try require(name.utf8.allSatisfy { $0.isLetter || $0.isDigit || "._$".utf8.contains($0) }, "\(name) is no code")
    let script = callback.call(withJSON: "1")
    try require(script == Array("\(name)(1);".utf8), "the call is a call")
    return true
  }

  /// A message that is passed on.
  static let json = FuzzTarget("json") { input throws(BrokenProperty) in
    guard let text = try? JSONText(input) else { return false }
    try require(text.bytes.count <= input.count, "nothing is added")
    try require((try? JSONText(text.bytes))?.bytes == text.bytes, "what is passed on is taken again as it is")
    let rest = text.bytes.filter { !input.contains($0) }
    try require(rest.isEmpty && !text.bytes.contains { $0 < 0x20 }, "it is made of the input, on one line")
    for name in ["a", "name", "data"] {
      guard let value = text[name] else { continue }
      try require((try? JSONText(Array(value)))?.bytes == Array(value), "a value is JSON of its own")
    }
    return true
  }

  /// Text that becomes a literal in a script.
  static let scripts = FuzzTarget("scripts") { input throws(BrokenProperty) in
    let text = String(decoding: input, as: UTF8.self)
    let json = ScriptEscaping.escape(json: JSONString.encode(text))
    try require(unescaped(json, quote: "\"") == text, "a literal of JSON means its text: \(json)")
    let single = ScriptEscaping.javaScriptSingleQuoted(text)
    try require(unescaped(single, quote: "'") == text, "a literal of JavaScript means its text: \(single)")
    return String(validating: input, as: UTF8.self) != nil
  }

  /// Reads a literal as a browser does; nil if it ends early, or holds what may not stand in a script.
  private static func unescaped(_ literal: String, quote: Unicode.Scalar) -> String? {
    var rest = literal.unicodeScalars[...]
    guard rest.popFirst() == quote, rest.popLast() == quote else { return nil }
    var text = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      switch scalar {
      case quote, "<", "\u{2028}", "\u{2029}", "\0"..<" ": return nil
      case "\\":
        switch rest.popFirst() {
        case "n"?: text.append("\n")
        case "r"?: text.append("\r")
        case "t"?: text.append("\t")
        case "u"?:
          guard let number = UInt32(String(rest.prefix(4)), radix: 16), let scalar = Unicode.Scalar(number)
          else { return nil }
          text.append(scalar)
          rest = rest.dropFirst(4)
        case let scalar? where scalar == quote || scalar == "\\": text.append(scalar)
        default: return nil
        }
      default: text.append(scalar)
      }
    }
    return String(text)
  }
}
