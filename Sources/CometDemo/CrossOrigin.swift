// Cross-origin requests: a page may ask another origin, and reads the answer when that origin names the page's own
// in Access-Control-Allow-Origin (WHATWG Fetch §3.3).

import Comet

enum CrossOrigin {
  static let technique = Technique(
    slug: "cors", title: "CORS",
    summary: "A request to another origin, readable because that server permits it.",
    endpoints: ["GET /cors"], handler: "CrossOrigin.swift"
  ) { routes, _ in

    // The page of http://localhost asks http://127.0.0.1: the same server, but another origin. `CORS()` agrees to
    // the server's own names and to nobody else's.
    routes.get("/cors", cors: CORS()) { _ in
      Response(fields: ["Content-Type": "text/plain"], body: Array(LocalTime.long().utf8))
    }
  }
}
