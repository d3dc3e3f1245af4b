// Exercise: one stream for all tabs. What to build stands in tutorials/exercises/tabs.md.

import Comet

/// Numbers the texts, and keeps the last of them. `bus.next(after:within:)` waits for the texts after a number.
@LoopActor private let bus = Broadcaster<String>(history: 100)
@LoopActor private var readers = 0

let oneStream = Server { routes in
  routes.get("/bus") { request in
    // TODO: who comes for the first time begins at the newest number, who comes back after request.lastEventID.
    var cursor = 0
    return .events { events in
      // TODO: count this reader while it is there. It has left when something throws.
      readers += 1
      while true {
        // TODO: a stream in which nothing happens gets a comment every second.
        let batch = try await bus.next(after: cursor, within: nil)
        cursor = batch.cursor
        // TODO: an event without an id cannot be gone back to.
        for message in batch.messages { try await events.send(message.value) }
      }
    }
  }

  routes.post("/bus") { request in
    bus.publish(String(decoding: request.body, as: UTF8.self))
    return .noContent
  }

  routes.get("/readers") { _ in .text("\(readers)") }
}
