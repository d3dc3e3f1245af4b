// Many tabs, one stream: a browser opens six HTTP/1.1 connections to a host and no more, and every event stream keeps
// one of them. So all tabs read the same one.

import Comet

enum Tabs {
  static let technique = Technique(
    slug: "tabs", title: "One stream for all tabs",
    summary: "Six connections are all that a browser opens, so a worker reads one stream for every tab.",
    endpoints: ["GET /tabs/bus?after=ID", "POST /tabs/bus", "GET /evt"], handler: "Tabs.swift",
    mountAlone: { routes, settings in
      ServerSentEvents.technique.mountAlone(&routes, settings)
      mountBus(&routes)
    },
    mount: { routes, _ in mountBus(&routes) })

  @LoopActor
  private static func mountBus(_ routes: inout Routes) {
    let room = IMRoom()

    routes.get("/tabs/bus") { request in
      .events(of: room.feed, after: try room.cursor(of: request))
    }

    routes.post("/tabs/bus") { request in
      .json(text: try room.post(request.body), status: .created)
    }
  }
}
