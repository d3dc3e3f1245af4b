// Polling: the page asks again and again, the server answers at once.

import Comet

enum Polling {
  static let technique = Technique(
    slug: "polling", title: "Polling",
    summary: "The page asks again and again; each answer comes at once.",
    endpoints: ["GET /time"], handler: "Polling.swift"
  ) { routes, _ in

    routes.get("/time") { _ in .text(LocalTime.now()) }
  }
}
