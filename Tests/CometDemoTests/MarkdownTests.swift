import Testing

@testable import CometDemo

@Suite struct MarkdownTests {
  private static func html(_ text: String) throws -> String {
    MarkdownHTML { $0.hasPrefix("gone") ? nil : "/to/\($0)" }.render(try Markdown(text).blocks)
  }

  @Test(arguments: [
    ("# One *two* `three`", "<h1 id=\"one-two-three\">One <em>two</em> <code>three</code></h1>"),
    ("## What's next, `--raw`?", "<h2 id=\"whats-next---raw\">What&#39;s next, <code>--raw</code>?</h2>"),
    ("a\nb **c *d* e**", "<p>a b <strong>c <em>d</em> e</strong></p>"),
    ("a < b & c > \"d\" !", nil),
    ("`<script>&amp;\"'`", "<p><code>&lt;script&gt;&amp;amp;&quot;&#39;</code></p>"),
    ("[a `b`](c.md#d)", "<p><a href=\"/to/c.md#d\">a <code>b</code></a></p>"),
    ("[words](gone.md) stay", "<p>words stay</p>"),
    ("[a](x\"onclick=\"y)", "<p><a href=\"/to/x&quot;onclick=&quot;y\">a</a></p>"),
    ("- a\n  b\n- c", "<ul>\n<li>a b</li>\n<li>c</li>\n</ul>"),
    ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
    ("a\n\nb\n", "<p>a</p>\n<p>b</p>"),
  ])
  func rendersTheirPart(_ text: String, _ expected: String?) throws {
    if let expected {
      #expect(try Self.html(text) == expected)
    } else {
      #expect(throws: Markdown.Mistake.self) { _ = try Markdown(text) as Markdown }
    }
  }

  @Test func rendersATable() throws {
    let html = try Self.html("| a | b |\n|---|---|\n| `<` | [c](d) |")
    #expect(html.contains("<thead><tr><th scope=\"col\">a</th><th scope=\"col\">b</th></tr></thead>"))
    #expect(html.contains("<tr><th scope=\"row\"><code>&lt;</code></th><td><a href=\"/to/d\">c</a></td></tr>"))
  }

  @Test func rendersAFenceAsItIs() throws {
    let html = try Self.html("```swift A/B.swift: f(\"<\")\nlet a = b < c // **d**\n\n// e & f\n```")
    #expect(html.contains("<figcaption><b>A/B.swift</b></figcaption>"))
    #expect(html.contains("<code>let a = b &lt; c // **d**\n\n<i class=\"comment\">// e &amp; f</i></code>"))
    let fence = try Markdown("a\n\n```http with framing\n> x\n```").fences.first
    #expect(
      fence == Markdown.Fence(language: "http", source: "with framing", lines: ["> x"], firstLine: 4))
  }

  /// Whatever else Markdown has is found, with its line.
  @Test(arguments: [
    ("a\n\n<b>c</b>", 3, "markup"), ("a <b>", 1, "markup"), ("<!-- -->", 1, "markup"), ("a\n&amp;", 2, "entities"),
    ("![a](b)", 1, "images"), ("> a", 1, "no block"), ("* a", 1, "no block"), ("+ a", 1, "no block"),
    ("    a", 1, "no block"), ("\ta", 1, "no block"), ("---", 1, "no block"), ("a\n---", 2, "empty line"),
    ("a\n- b", 2, "empty line"), ("a\n```\n```", 2, "empty line"), ("- a\nb", 2, "indented"),
    ("- a\n  - b", 2, "lists"),
    ("a\n\n```\nb", 3, "never closed"), ("`a", 1, "never closed"), ("a **b", 1, "missing"), ("a\nb *c", 2, "missing"),
    ("_a_", 1, "code only"), ("a\\*", 1, "code only"), ("~~a~~", 1, "code only"), ("[a]", 1, "a link is"),
    ("[a](b", 1, "a link is"), ("[a]()", 1, "a link is"), ("[a](b c)", 1, "a link is"), ("a]", 1, "code only"),
    ("https://example.org", 1, "address"), ("a \nb", 1, "space at the end"), ("#### a", 1, "a heading"),
    ("#a", 1, "a heading"), ("| a |\n| b |", 2, "belongs"), ("| a |\n|---|\n| b | c |", 3, "cells"),
    ("| a |", 2, "needs"),
    ("| a", 1, "row of a table"),
  ])
  func refusesTheRest(_ text: String, _ line: Int, _ reason: String) {
    do {
      _ = try Markdown(text)
      Issue.record("\(text.debugDescription) was taken")
    } catch {
      #expect(error.line == line && error.reason.contains(reason), "\(text.debugDescription): \(error)")
    }
  }

  /// Nothing that a text holds ends a tag or begins one.
  @Test func everythingIsEscaped() throws {
    let evil = "`<script>alert(1)</script>` \" ' > `\"><img src=x onerror=alert(1)>`"
    for text in [
      evil, "# \(evil)", "- \(evil)", "| \(evil) |\n|---|", "[\(evil)](a)", "```sh \(evil.dropFirst())\n\(evil)\n```",
    ] {
      let html = try Self.html(text)
      #expect(!html.contains("<script") && !html.contains("<img"), "\(html)")
    }
  }

  @Test func findsLinksAndAnchors() throws {
    let markdown = try Markdown("# A [b](c)\n\n- **[d](e)**\n\n| [f](g) |\n|---|\n\n`[h](i)`")
    #expect(markdown.links == ["c", "e", "g"])
    #expect(markdown.anchors == ["a-b"])
    #expect(markdown.title == "A b")
  }
}
