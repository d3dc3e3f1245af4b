// A tutorial in the layout of the site.

struct TutorialPage {
  struct Link {
    let address: String
    let title: String
  }

  /// Where to go from here.
  struct Neighbours {
    let previous: Link?
    let all: Link?
    let page: Link?
    let next: Link?
  }

  let title: String
  let neighbours: Neighbours
  /// The tutorial itself, as HTML.
  let text: String

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(MarkdownHTML.escape(title)) – Comet</title>
      <link rel="icon" href="/favicon.svg" type="image/svg+xml">
      <link rel="stylesheet" href="/style.css">
    </head>
    <body id="tutorial">
      <a class="skip" href="#main">Skip to the text</a>
      \(nav("Tutorials"))
      <main id="main">
    \(text)
      </main>
      \(nav("Neighbouring tutorials"))
    </body>
    </html>

    """
  }

  private func nav(_ label: String) -> String {
    let links = [
      neighbours.previous.map { Self.a("previous", $0, "← \($0.title)") },
      neighbours.all.map { Self.a("all", $0, $0.title) },
      neighbours.page.map { Self.a("page", $0, $0.title) }, neighbours.next.map { Self.a("next", $0, "\($0.title) →") },
    ]
    return "<nav aria-label=\"\(label)\">\(links.compactMap { $0 }.joined())</nav>"
  }

  private static func a(_ name: String, _ link: Link, _ words: String) -> String {
    "<a class=\"\(name)\" href=\"\(MarkdownHTML.escape(link.address))\">\(MarkdownHTML.escape(words))</a>"
  }
}
