// Server-sent events: a stream of text with a format of its own, and a browser that comes back by itself and says
// what it has seen last (WHATWG HTML §9.2).

import Comet

enum ServerSentEvents {
  static let technique = Technique(
    slug: "sse", title: "Server-sent events",
    summary: "The browser keeps a stream of events open, and opens it again when it ends.",
    endpoints: ["GET /evt"], handler: "ServerSentEvents.swift"
  ) { routes, settings in

    routes.get("/evt") { request in
      // The browser returns with the last id, and the count goes on where it was.
      let first = (request.lastEventID ?? 0) + 1
      return .events(fields: ["Access-Control-Allow-Origin": "*"]) { events in
        // Nine events, each with an id, and at the tenth tick the end.
        for id in first..<first + 9 {
          try await sleep(for: settings.tick)
          try await events.send(LocalTime.now(), id: id)
        }
        try await sleep(for: settings.tick)
      }
    }
  }
}
