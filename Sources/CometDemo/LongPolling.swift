// Long polling: the page asks, and the server answers when there is something to say. Then the page asks again.

import Comet

enum LongPolling {
  static let technique = Technique(
    slug: "lpc", title: "Long polling",
    summary: "The server holds each request until it has something to say.",
    endpoints: ["GET /lpc/time"], handler: "LongPolling.swift",
    mountAlone: { routes, settings in
      routes.get("/time", heldTime(settings))
      routes.get("/lpc/time", heldTime(settings))
    },
    mount: { routes, settings in
      routes.get("/lpc/time", heldTime(settings))
    })

  /// At every tick there is news with six chances in ten. When the client leaves, `sleep` throws, and that is the
  /// end: no timer goes on for somebody who is not there.
  private static func heldTime(_ settings: DemoSettings) -> Handler {
    return { _ in
      repeat {
        try await sleep(for: settings.tick)
      } while Int.random(in: 0...9) > 5
      return .text(LocalTime.now())
    }
  }
}
