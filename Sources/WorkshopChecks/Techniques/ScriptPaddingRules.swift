// The rules for JSONP: an answer that is a script, with a name in it that came from outside.

extension Session {
  fileprivate func jsonp(_ callback: String?, text: String = "hello") throws -> WholeAnswer {
    let query = [callback.map { "cb=" + percentEncoded($0) }, "text=" + percentEncoded(text)].compactMap(\.self)
    return try fetch("GET", "/jsonp?" + query.joined(separator: "&"))
  }

  fileprivate func expectCall(_ callback: String, text: String = "hello") throws -> ScriptCall {
    let answer = try jsonp(callback, text: text)
    let script = answer.text
    guard answer.status == 200, let call = ScriptCall(script), call.callee == callback, let argument = call.argument
    else {
      throw Fault(
        expected: "\(callback)(\"…\");",
        got: "The status is \(answer.status), the body \(Readable.quoted(script)), which is no such call.")
    }
    guard argument.isExactly(text) else {
      throw Fault(
        expected: "a call with the string \(Readable.quoted(text))", got: "The string is \(Readable.quoted(argument)).")
    }
    return call
  }

  fileprivate func expectRefusal(of callback: String?) throws {
    let answer = try jsonp(callback)
    guard answer.status == 400 else {
      let name = callback.map { "the callback \(Readable.quoted($0, limit: 40))" } ?? "a request without cb"
      throw Fault(
        expected: "status 400 for \(name)",
        got: "The status is \(answer.status), the body \(Readable.quoted(answer.body)).")
    }
  }
}

enum ScriptPaddingRules {
  static let all = [
    Rule(
      "type", "The answer says that it is JavaScript.", clause: "RFC 9239 §6.1",
      hint: "Content-Type: text/javascript (or application/javascript)."
    ) { session in
      let type = try session.jsonp("show").answer.mediaType
      guard ["text/javascript", "application/javascript", "application/x-javascript"].contains(type) else {
        throw Fault(expected: "Content-Type: text/javascript", got: "It is \(Readable.quoted(type)).")
      }
    },
    Rule(
      "call", "The answer calls the function that cb names, with the text.", clause: "the exercise",
      hint: "show(\"hello\"); for cb=show and text=hello."
    ) { _ = try $0.expectCall("show") },
    Rule(
      "dotted", "A callback may be a name of several parts.", clause: "the exercise",
      hint: "Letters, digits, _ and $, no digit first, and dots between the parts."
    ) { session in
      for name in ["page.show", "_a1.$b", "jQuery1234_5678"] { _ = try session.expectCall(name) }
    },
    Rule(
      "unchecked", "A callback that is more than a name is refused with 400.", clause: "the exercise; RFC 9110 §15.5.1",
      hint:
        "The name becomes a script that runs in somebody's page. Sent back unchecked, it is the attacker's. Letters are those of ASCII."
    ) { session in
      for name in ["alert(1)//", "show;alert", "<script>", "a b", "a[0]", "show\n", "é", "漢"] {
        try session.expectRefusal(of: name)
      }
    },
    Rule(
      "grammar", "A callback with an empty part, or with a digit first, is refused with 400.", clause: "the exercise",
      hint: "It would be a syntax error in the page."
    ) { session in
      for name in ["a..b", ".a", "a.", "1a", "a.1b"] { try session.expectRefusal(of: name) }
    },
    Rule(
      "missing", "A request without a callback is refused with 400.", clause: "the exercise; RFC 9110 §15.5.1",
      hint: "Without a name there is nothing to call. An empty one is none."
    ) { session in
      try session.expectRefusal(of: nil)
      try session.expectRefusal(of: "")
    },
    Rule(
      "long", "A callback of more than 64 characters is refused with 400, one of 64 is not.", clause: "the exercise",
      hint: "Bound everything that comes from outside. A long name has been a way to smuggle in a whole file."
    ) { session in
      _ = try session.expectCall(String(repeating: "a", count: 64))
      try session.expectRefusal(of: String(repeating: "a", count: 65))
      try session.expectRefusal(of: String(repeating: "a", count: 32) + "." + String(repeating: "b", count: 32))
    },
    Rule(
      "nosniff", "The browser is told not to take the answer for anything else.", clause: "WHATWG Fetch §3.6",
      hint: "X-Content-Type-Options: nosniff."
    ) { session in
      let answer = try session.jsonp("show").answer
      guard answer.list("x-content-type-options").contains("nosniff") else {
        throw Fault(
          expected: "X-Content-Type-Options: nosniff",
          got: "It is \(answer.value("x-content-type-options").map { Readable.quoted($0) } ?? "missing").")
      }
    },
    Rule(
      "quotes", "Any text stays inside its string.", clause: "RFC 8259 §7",
      hint: "Let a JSON library write the string."
    ) { _ = try $0.expectCall("show", text: "it's \"quoted\" \\ back\r\nslash é 漢 🙂") },
    Rule(
      "separators", "U+2028, U+2029 and < are escaped.", clause: "the exercise; ECMA-262 §12.3",
      hint:
        "JSON allows them, JavaScript before 2019 did not, and < could begin a tag. Write \\u2028, \\u2029, \\u003c."
    ) { session in
      let literal = try session.expectCall("show", text: "a\u{2028}b\u{2029}</script>").literal
      guard !literal.unicodeScalars.contains(where: { ["\u{2028}", "\u{2029}", "<"].contains($0) }) else {
        throw Fault(
          expected: "\\u2028, \\u2029 and \\u003c", got: "The string is written as \(Readable.quoted(literal)).")
      }
    },
  ]
}
