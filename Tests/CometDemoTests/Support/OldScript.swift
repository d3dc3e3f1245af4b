/// Looks in a script for what ECMAScript 3 (1999) does not know, so that a browser of that time would run none of it.
///
/// No parser, but good enough for scripts of this project: text in strings, regular expressions and comments is left
/// out, then words and signs are searched for.
struct OldScript {
  /// What was found; empty for a script of the old kind.
  let newerThings: [String]

  init(_ script: String) {
    let code = Self.code(of: script)
    let patterns: [(String, Regex<Substring>)] = [
      ("let, const, class …", /\b(?:let|const|class|async|await|import|export|yield|super|extends|of)\b/),
      ("an arrow", /=>/), ("a template", /`/), ("three dots", /\.\.\./), ("an optional chain", /\?\.|\?\?/),
      ("a power", /\*\*/), ("a trailing comma", /,\s*[}\])]/),
      ("a getter or setter", /\b(?:get|set)\s+[A-Za-z_$]+\s*\(/), ("a default value", /\bfunction\b[^(]*\([^)]*=/),
      ("a shorthand property", /[{,]\s*[A-Za-z_$]+\s*\}(?=\s*[;)])/),
      // These words may not follow a dot.
      ("a reserved name", /\.(?:catch|finally|delete|default|return|new|in|if|for|do|try|throw|class|continue)\b/),
    ]
    newerThings = patterns.compactMap { name, pattern in
      code.firstMatch(of: pattern).map { "\(name): \($0.output)" }
    }
  }

  /// The script without its comments; each string and regular expression is only a `0`.
  static func code(of script: String) -> String {
    var code = ""
    var rest = Substring(script)
    while let first = rest.first {
      if rest.hasPrefix("//") {
        rest = rest.drop { $0 != "\n" }
      } else if rest.hasPrefix("/*") {
        rest = rest.firstRange(of: "*/").map { rest[$0.upperBound...] } ?? ""
      } else if first == "'" || first == "\"" || first == "/" && canStartRegularExpression(after: code) {
        rest = skip(literal: rest, until: first)
        code += "0"
      } else {
        code.append(first)
        rest = rest.dropFirst()
      }
    }
    return code
  }

  /// After a value, a slash divides; after anything else it begins a regular expression.
  private static func canStartRegularExpression(after code: String) -> Bool {
    guard let last = code.last(where: { !$0.isWhitespace }) else { return true }
    return "(,=:[!&|?{};+".contains(last) || code.hasSuffix("return ")
  }

  private static func skip(literal: Substring, until end: Character) -> Substring {
    var rest = literal.dropFirst()
    var isInClass = false
    while let character = rest.popFirst() {
      switch character {
      case "\\": rest = rest.dropFirst()
      case "[" where end == "/": isInClass = true
      case "]" where end == "/": isInClass = false
      case end where !isInClass: return rest
      default: break
      }
    }
    return rest
  }
}
