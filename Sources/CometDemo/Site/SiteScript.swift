// `/site.js`: what the pages need to know of the server that they came from. ES3, for the oldest of them.

import Comet
import Foundation

enum SiteScript {
  private struct Site: Encodable {
    let tick: Int
    let techniques: [Entry]
  }

  private struct Entry: Encodable {
    let slug: String
    let title: String
    let summary: String
    let page: String
    let handler: String
    let endpoints: [String]
    let tutorial: String?
  }

  /// `var site = {…};` with the tick in milliseconds and the techniques in their order.
  static func text(_ techniques: [Technique], _ tutorials: Tutorials?, isAlone: Bool, _ settings: DemoSettings)
    -> String
  {
    let (seconds, attoseconds) = settings.tick.components
    let site = Site(
      tick: Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000),
      techniques: techniques.map { technique in
        Entry(
          slug: technique.slug, title: technique.title, summary: technique.summary,
          page: isAlone ? "/" : "/" + technique.page, handler: technique.handler, endpoints: technique.endpoints,
          tutorial: tutorials?.path(of: technique))
      })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = (try? encoder.encode(site)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    return "var site = \(ScriptEscaping.escape(json: json));\n"
  }
}
