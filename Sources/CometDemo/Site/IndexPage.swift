// The first page: all techniques, each with a line and a sketch of its picture of time.

import Comet

enum IndexPage {
  static func html(_ techniques: [Technique], hasTutorials: Bool) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Comet: how a server reaches a browser</title>
      <link rel="icon" href="/favicon.svg" type="image/svg+xml">
      <link rel="stylesheet" href="/style.css">
    </head>
    <body id="index">
      <main id="main">
        <header>
          <h1>Comet</h1>
          <p class="lead">
            The ways for a server to bring news to a web page, from asking again and again to one connection that both
            sides use. Each page shows a technique at work, draws it as a picture of time, and has the code of both
            sides. Comet itself is a small server for the real-time web, made to be read and to be embedded.
          </p>
    \(hasTutorials ? tutorials : "")
        </header>
        <ol class="techniques">
    \(techniques.map(item).joined(separator: "\n"))
        </ol>
        <p class="aside">
          <a href="/scale.html">At scale</a>: how fast the server answers, and how small it stays with ten thousand
          clients.
        </p>
      </main>
    </body>
    </html>

    """
  }

  private static let tutorials = """
          <p class="lead">
            <a href="/tutorials/">The tutorials</a> explain them one after the other, from the bytes on the wire to what
            goes wrong in practice. <a href="/tutorials/exercises/">The exercises</a> have you write them yourself, and
            grade what you have written.
          </p>
    """

  private static func item(_ technique: Technique) -> String {
    """
          <li>
            <h2><a href="/\(technique.page)">\(technique.title)</a></h2>
            <p>\(technique.summary)</p>
            <div class="sketch \(technique.slug)"></div>
          </li>
    """
  }
}
