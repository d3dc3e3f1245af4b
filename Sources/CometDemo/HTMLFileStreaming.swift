// Iframe streaming: a page in a hidden frame that never finishes loading. Each piece of it is a script that calls
// a function of the page around it. Browsers without any other way could do this.

import Comet

enum HTMLFileStreaming {
  static let technique = Technique(
    slug: "htmlfile-stream", title: "Iframe streaming",
    summary: "A hidden frame loads an endless document; each piece of it is a script.",
    endpoints: ["GET /htmlfile"], handler: "HTMLFileStreaming.swift"
  ) { routes, settings in

    routes.get("/htmlfile") { request in
      // Firefox shows nothing of a document before it knows the encoding, and others nothing before its first KiB. The
      // article's demo tells them neither; our page asks for both.
      let isPadded = request.query["pad"] != nil
      return .stream(fields: ["content-type": "text/html"]) { body in
        if isPadded { try await body.write("<meta charset=\"utf-8\">" + String(repeating: " ", count: 1024)) }
        for _ in 1...11 {
          try await sleep(for: settings.tick)
          // Quoted for JavaScript and for HTML, though a number would not need it: the next one to send text
          // through here will copy this line.
          let value = ScriptEscaping.javaScriptSingleQuoted(String(Int.random(in: 0...9999)))
          try await body.write("<script type=\"text/javascript\">parent.process(\(value))</script>")
        }
      }
    }
  }
}
