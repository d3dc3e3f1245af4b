// Solution: one stream for all tabs.

import Comet

/// Numbers the texts, and keeps the last of them.
@LoopActor private let bus = Broadcaster<String>(history: 100)
@LoopActor private var readers = 0

let oneStream = Server { routes in
  routes.get("/bus") { request in
    let start = request.lastEventID ?? bus.lastID
    return .events { events in
      readers += 1
      // Also when something throws, because the client has left.
      defer { readers -= 1 }
      var cursor = start
      while true {
        let batch = try await bus.next(after: cursor, within: .milliseconds(800))
        cursor = batch.cursor
        if batch.messages.isEmpty { try await events.comment("still here") }
        for message in batch.messages { try await events.send(message.value, id: message.id) }
      }
    }
  }

  routes.post("/bus") { request in
    bus.publish(String(decoding: request.body, as: UTF8.self))
    return .noContent
  }

  routes.get("/readers") { _ in .text("\(readers)") }
}
