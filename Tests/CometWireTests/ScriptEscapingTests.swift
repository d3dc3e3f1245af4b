import CometWire
import Testing

@Suite struct ScriptEscapingTests {
  @Test(arguments: [
    ("", #""""#),
    ("plain", #""plain""#),
    (#"say "hi" \o/"#, #""say \"hi\" \\o/""#),
    ("a\nb\rc\td", #""a\nb\rc\td""#),
    ("\0\u{01}\u{08}\u{0C}\u{1F}", #""\u0000\u0001\u0008\u000C\u001F""#),
    ("\r\n", #""\r\n""#),
    ("\u{7F}é为😀</script>'", "\"\u{7F}é为😀</script>'\""),
    ("\"\u{301}", "\"\\\"\u{301}\""),  // a quote is a quote with an accent on it too
  ])
  func writesStringsOfJSON(text: String, json: String) {
    #expect(JSONString.encode(text) == json)
  }

  @Test(arguments: [
    ("123", "123"),
    (#"{"a":"</script><img onerror=x>"}"#, #"{"a":"\u003C/script>\u003Cimg onerror=x>"}"#),
    ("\"\u{2028}\u{2029}\"", #""\u2028\u2029""#),
    ("\"<\u{301}\"", "\"\\u003C\u{301}\""),
    (#""<!--""#, #""\u003C!--""#),
    (#""\"é为😀\\""#, #""\"é为😀\\""#),
  ])
  func makesJSONSafeInAScript(json: String, script: String) {
    #expect(ScriptEscaping.escape(json: json) == script)
  }

  @Test(arguments: [
    ("4668", "'4668'"),
    ("", "''"),
    (#"it's "so" \"#, #"'it\'s "so" \\'"#),
    ("</script>\u{2028}\n\0", #"'\u003C/script>\u2028\n\u0000'"#),
    ("');alert(1)//", #"'\');alert(1)//'"#),
  ])
  func writesStringsOfJavaScript(text: String, literal: String) {
    #expect(ScriptEscaping.javaScriptSingleQuoted(text) == literal)
  }
}
