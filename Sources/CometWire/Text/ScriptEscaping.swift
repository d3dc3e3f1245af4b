/// Makes data safe to stand in a script.
///
/// An HTML parser ends a script element at `</script`, wherever the text stands, and enters odd states at `<!--`:
/// without a `<` there is neither. And U+2028 and U+2029 are allowed in a string of JSON, but ended a line, and with it
/// the string, in JavaScript before 2019.
public enum ScriptEscaping {
  /// The same value, as a text that is safe inside a `<script>` element and as JavaScript. In JSON the three characters
  /// can only be inside a string, where the escape means the same.
  public static func escape(json: String) -> String {
    var escaped = ""
    for scalar in json.unicodeScalars {
      escaped += isUnsafe(scalar) ? JSONString.unicodeEscape(scalar) : String(scalar)
    }
    return escaped
  }

  /// A JavaScript string literal in single quotes, safe inside a `<script>` element too.
  public static func javaScriptSingleQuoted(_ text: String) -> String {
    var literal = "'"
    for scalar in text.unicodeScalars {
      literal += isUnsafe(scalar) ? JSONString.unicodeEscape(scalar) : JSONString.escaped(scalar, quote: "'")
    }
    return literal + "'"
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "<" || scalar == "\u{2028}" || scalar == "\u{2029}"
  }
}
