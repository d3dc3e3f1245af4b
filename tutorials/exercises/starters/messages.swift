// Exercise: one address, four transports. What to build stands in tutorials/exercises/messages.md.

import Comet
import Foundation

/// Numbers the messages and keeps the last of them: `publish` adds one, `batch(after:)` is what is there after a number,
/// `next(after:within:)` waits for it, `subscribe(after:)` goes on for ever. When messages are lost, all of them say so.
@LoopActor private let bus = Broadcaster<String>(history: 10)

/// A message as JSON. What is nil is left out.
private struct Message: Encodable {
  let id: Int
  var name: String?
  var data: String?
}

let oneAddress = Server { routes in
  routes.get("/api/messages") { request in
    // TODO: what if after is no number? And where does a client begin that has none?
    let cursor = request.cursor ?? 0
    // TODO: who asks for text/event-stream gets `.events { events in … }`, and comes back with request.lastEventID.
    // TODO: with `wait` the answer may take its time.
    // TODO: batch.items has the messages, and before them a reset when some are lost.
    let batch = bus.batch(after: cursor)
    return try .json(batch.messages.enumerated().map { Message(id: $0 + 1, data: $1.value) })
  }

  routes.post("/api/messages") { request in
    bus.publish(String(decoding: request.body, as: UTF8.self))
    // TODO: whoever posts wants to know the number.
    return .noContent
  }
}
