// The rules for a page that shows what others have said: all of it is text, whatever it looks like.

extension Session {
  /// Posts, as a form of the page does.
  fileprivate func post(name: String = "Ann", text: String) throws {
    let form = "name=\(percentEncoded(name))&text=\(percentEncoded(text))"
    let answer = try fetch(
      "POST", "/say", [("Content-Type", "application/x-www-form-urlencoded")], body: Array(form.utf8))
    // A form is often answered by the way back to the page.
    guard (200...399).contains(answer.status) else {
      throw Fault(expected: "a status 2xx or 3xx for POST /say", got: "The status is \(answer.status).")
    }
  }

  fileprivate func page() throws -> WholeAnswer {
    let answer = try fetch("GET", "/page")
    try answer.answer.expectStatus(200, for: "GET /page")
    guard answer.body.count <= 1 << 18 else {
      throw Fault(expected: "a page with what was posted", got: "It has \(answer.body.count) bytes.")
    }
    return answer
  }

  /// Posts, and looks how it is shown.
  fileprivate func expectShown(name: String = "Ann", text: String) throws {
    try post(name: name, text: text)
    let item = ListItem.all(in: try page().text).last
    guard item?.title == name, item?.text == text else {
      throw Fault(
        expected: "an item with the title \(Readable.quoted(name)) and the text \(Readable.quoted(text)), and no other",
        got: item.map { "The page ends in \(Readable.quoted($0.source))." } ?? "There is no item on the page.")
    }
  }
}

enum PageRules {
  static let all = [
    Rule(
      "type", "The page is HTML, and says that it is UTF-8.", clause: "RFC 9110 §8.3; WHATWG HTML §4.2.5.4",
      hint: "Content-Type: text/html; charset=utf-8."
    ) { session in
      let answer = try session.page().answer
      try answer.expectType("text/html")
      guard (answer.value("content-type") ?? "").lowercased().contains("utf-8") else {
        throw Fault(
          expected: "charset=utf-8", got: "The type is \(Readable.quoted(answer.value("content-type") ?? "")).")
      }
    },
    Rule(
      "shown", "What is posted stands on the page, all of it, the oldest first.", clause: "the exercise",
      hint: "<li title=\"Ann\">hello</li> for each."
    ) { session in
      let texts = ["one", "two", "three"].map { session.unique($0) }
      for text in texts { try session.post(text: text) }
      let shown = ListItem.all(in: try session.page().text).map { $0.text ?? $0.source }
      guard Array(shown.suffix(3)) == texts else {
        throw Fault(
          expected: "one, two and three at the end of the list",
          got: "It ends in \(shown.suffix(3).map { Readable.quoted($0) }.joined(separator: ", ")).")
      }
    },
    Rule(
      "tags", "A text with tags is a text.", clause: "WHATWG HTML §13.1.2",
      hint: "Write & as &amp; first, then < as &lt;. What is put into the page as it is becomes part of it."
    ) { session in
      for text in [
        "</li><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "a < b > c",
      ] {
        try session.expectShown(text: text)
      }
    },
    Rule(
      "ampersand", "A text that looks escaped is shown as it is.", clause: "WHATWG HTML §13.1.4",
      hint: "Write & as &amp;, before anything else. Otherwise &lt; would be shown as <."
    ) { try $0.expectShown(text: "&lt;b&gt; and AT&T; &amp;") },
    Rule(
      "attribute", "A name with quotes does not leave its attribute.", clause: "WHATWG HTML §13.1.2.3",
      hint: "Write \" as &quot; and ' as &#39;: after a quote of its own, a name could go on with onmouseover=…"
    ) { session in
      for name in ["\" onmouseover=\"alert(1)", "' onmouseover='alert(1)", "Ann>"] {
        try session.expectShown(name: name, text: "hello")
      }
    },
    Rule(
      "utf-8", "Any character arrives.", clause: "the exercise",
      hint: "Read the whole form, then decode it as UTF-8. Do not strip what is not ASCII."
    ) { try $0.expectShown(name: "Zoë", text: "é 漢 🙂") },
    Rule(
      "policy", "A policy keeps scripts from running that stand in the page itself.", clause: "CSP Level 3 §6.7.3",
      hint:
        "Content-Security-Policy: default-src 'none', without 'unsafe-inline': the second wall, when the first one leaks."
    ) { session in
      let policy = try session.page().answer.value("content-security-policy") ?? ""
      let directives = policy.lowercased().split { $0 == ";" || $0 == "," }.map { $0.split(separator: " ") }
      let scripts = directives.first { $0.first == "script-src" } ?? directives.first { $0.first == "default-src" }
      guard let scripts, !scripts.contains("'unsafe-inline'") else {
        throw Fault(
          expected: "default-src or script-src without 'unsafe-inline'",
          got: policy.isEmpty ? "There is no Content-Security-Policy." : "It is \(Readable.quoted(policy)).")
      }
    },
  ]
}
