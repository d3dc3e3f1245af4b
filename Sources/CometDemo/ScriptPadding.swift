// JSONP: a script may come from anywhere, so the data comes as a script that calls a function of the page.

import Comet

enum ScriptPadding {
  static let technique = Technique(
    slug: "jsonp", title: "JSONP",
    summary: "The answer is a script from any origin that calls a function of the page.",
    endpoints: ["GET /jsonp?cb=NAME"], handler: "ScriptPadding.swift"
  ) { routes, _ in

    routes.get("/jsonp") { request in
      // `jsonp` refuses every callback that is not a plain name. Sent back unchecked, it would be a script that the
      // author of a link has written.
      try .jsonp(callback: request.query["cb"], json: String(LocalTime.milliseconds()))
    }
  }
}
