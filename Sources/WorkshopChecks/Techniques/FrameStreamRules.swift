// The rules for iframe streaming: a document without an end, whose pieces are scripts.

/// The scripts of a document, as they arrive.
private final class ScriptReader {
  let answer: Answer
  private(set) var text = ""
  private var place: String.Index

  init(_ answer: Answer) {
    self.answer = answer
    place = text.startIndex
  }

  /// Reads for as long as bytes come, until the text is as long as this.
  func read(count: Int, by deadline: ContinuousClock.Instant) throws {
    while text.utf8.count < count, try more(by: deadline) {}
  }

  /// Waits for the next script; returns what stands in it, from the start tag to the first `</script`, as in HTML.
  func next(by deadline: ContinuousClock.Instant) throws -> String {
    while true {
      let rest = text[place...]
      if let start = rest.firstRange(of: /<script[^>]*>/.ignoresCase()),
        let end = text[start.upperBound...].firstRange(of: /<\/script(\s|\/)*>/.ignoresCase())
      {
        place = end.upperBound
        return String(text[start.upperBound..<end.lowerBound])
      }
      guard try more(by: deadline) else {
        throw Fault(
          expected: "a whole script element: <script>…</script>",
          got: rest.isEmpty
            ? "None came in time." : "In time there came only \(Readable.quoted(String(rest.suffix(200)))).",
          .silent)
      }
    }
  }

  private func more(by deadline: ContinuousClock.Instant) throws -> Bool {
    guard case .bytes(let bytes) = try answer.next(by: deadline) else { return false }
    guard text.utf8.count + bytes.count < 200_000 else {
      throw Fault(expected: "the scripts for what was posted", got: "More than 200,000 bytes came.")
    }
    let offset = text.utf8.distance(from: text.startIndex, to: place)
    text += String(decoding: bytes, as: UTF8.self)
    place = text.utf8.index(text.startIndex, offsetBy: offset)
    return true
  }
}

extension Session {
  fileprivate func frame() throws -> ScriptReader {
    let answer = try open("GET", "/htmlfile")
    guard answer.status == 200 else { throw Fault(expected: "status 200", got: "The status is \(answer.status).") }
    // The stream counts as open when its first bytes have come.
    let reader = ScriptReader(answer)
    try reader.read(count: 1, by: deadline())
    return reader
  }

  /// Says a text and checks that a script gets it to the page.
  fileprivate func process(_ text: String, _ check: (String) throws -> Void = { _ in }) throws {
    let reader = try frame()
    try say(text)
    let script = try reader.next(by: deadline())
    guard let call = ScriptCall(script), let argument = call.argument else {
      throw Fault(
        expected: "a call with one string literal for the text \(Readable.quoted(text))",
        got: "The script is \(Readable.quoted(script)), which a browser cannot run.")
    }
    try check(call.literal)
    guard argument.isExactly(text) else {
      throw Fault(
        expected: "a call with the string \(Readable.quoted(text))", got: "The string is \(Readable.quoted(argument)).")
    }
  }
}

enum FrameStreamRules {
  static let all = [
    Rule(
      "type", "The answer is an HTML document.", clause: "RFC 9110 §8.3",
      hint: "Content-Type: text/html; charset=utf-8. Nothing else runs scripts in a frame."
    ) { try $0.frame().answer.expectType("text/html") },
    Rule(
      "padding", "At least 1,024 bytes come at once, before anything was posted.", clause: "the exercise",
      hint: "Old browsers show nothing of a document before its first kilobyte: send a comment or spaces."
    ) { session in
      let reader = try session.frame()
      try reader.read(count: 1024, by: session.deadline(.seconds(1)))
      guard reader.text.utf8.count >= 1024 else {
        throw Fault(expected: "1,024 bytes", got: "\(reader.text.utf8.count) bytes came within a second.")
      }
    },
    Rule(
      "call", "What is posted arrives as a script that calls parent.process.", clause: "the exercise",
      hint: "<script>parent.process(\"text\")</script>. In the article page and server use two different names."
    ) { session in
      let reader = try session.frame()
      try session.say("hello")
      let script = try reader.next(by: session.deadline())
      guard let call = ScriptCall(script), call.callee == "parent.process" else {
        throw Fault(expected: "parent.process(\"hello\")", got: "The script is \(Readable.quoted(script)).")
      }
    },
    Rule(
      "everyone", "Every open frame gets it.", clause: "the exercise", hint: "Keep a list of them, and write to each."
    ) { session in
      let readers = [try session.frame(), try session.frame()]
      try session.say("to all")
      for reader in readers { _ = try reader.next(by: session.deadline()) }
    },
    Rule(
      "quotes", "Quotes and backslashes in a text stay in the string.", clause: "ECMA-262 §12.9.4",
      hint: "Escape the quote that ends the string, and the backslash itself."
    ) { try $0.process(#"it's a "quoted" \ backslash"#) },
    Rule(
      "line-ends", "A text of several lines is one string.", clause: "ECMA-262 §12.9.4",
      hint: "A line end inside a string is a syntax error: write \\n and \\r."
    ) { try $0.process("one\ntwo\r\nthree") },
    Rule(
      "end-tag", "A text with </script> does not end the script.", clause: "WHATWG HTML §4.12.1.3; §13.2.5.15",
      hint: "HTML is read before JavaScript: write < as \\u003c, or the text becomes a part of the page."
    ) { session in
      for text in ["</script><b>bold</b>", "</SCRIPT ><b>", "</Script/>"] { try session.process(text) }
    },
    Rule(
      "comment", "A text with <!-- and <script does not swallow what follows.", clause: "WHATWG HTML §4.12.1.3",
      hint: "After <!-- and <script the first </script> no longer ends the element. Write < as \\u003c."
    ) { session in
      try session.process("<!-- <script>") { literal in
        guard !literal.contains("<!--") else {
          throw Fault(expected: "no <!-- in a script", got: "The string is written as \(Readable.quoted(literal)).")
        }
      }
    },
    Rule(
      "separators", "U+2028 and U+2029 are escaped.", clause: "the exercise; ECMA-262 §12.3",
      hint: "Before 2019 they ended a line of JavaScript, also inside a string: write \\u2028 and \\u2029."
    ) { session in
      try session.process("line\u{2028}paragraph\u{2029}end") { literal in
        guard !literal.unicodeScalars.contains(where: { $0 == "\u{2028}" || $0 == "\u{2029}" }) else {
          throw Fault(expected: "\\u2028 and \\u2029", got: "The string is written as \(Readable.quoted(literal)).")
        }
      }
    },
    Rule(
      "utf-8", "Any character arrives.", clause: "the exercise",
      hint: "Read the whole body, then decode it as UTF-8: its pieces can divide a character. Say utf-8 in the type."
    ) { try $0.process("é 漢 🙂") },
    Rule(
      "leaving", "When a frame is closed, the server lets go of it.", clause: "the exercise; RFC 6202 §3.2",
      hint: "The end of the connection must take the client from the list."
    ) { session in
      let readers = [try session.frame(), try session.frame()]
      try session.waitForCount(2, at: "/clients", "while two frames are open")
      for reader in readers { reader.answer.socket.close() }
      try session.waitForCount(0, at: "/clients", "after both have been closed")
    },
  ]
}
