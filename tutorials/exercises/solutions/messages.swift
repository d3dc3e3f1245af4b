// Solution: one address, four transports.

import Comet
import Foundation

/// Numbers the messages, and keeps the last of them.
@LoopActor private let bus = Broadcaster<String>(history: 30)

/// A message, or a reset, as JSON. What is nil is left out.
private struct Message: Encodable {
  let id: Int
  var name: String?
  var data: String?

  init(_ item: Broadcaster<String>.Item) {
    switch item {
    case .message(let message): (id, data) = (message.id, message.value)
    case .reset(let id): (self.id, name) = (id, "reset")
    }
  }
}

let oneAddress = Server { routes in
  routes.get("/api/messages") { request in
    let after = request.query["after"].map { Int($0) } ?? bus.oldestCursor
    guard let after else { throw RequestError(.badRequest, "after must be a number.") }
    if (request.fields["Accept"] ?? "").contains("text/event-stream") {
      let cursor = request.lastEventID ?? after
      return .events { events in
        for try await item in bus.subscribe(after: cursor) {
          let message = Message(item)
          try await events.send(String(decoding: JSONEncoder().encode(message), as: UTF8.self), id: message.id)
        }
      }
    }
    guard let wait = request.query["wait"].flatMap({ Int($0) }) else { return try list(bus.batch(after: after)) }
    return try list(await bus.next(after: after, within: .seconds(min(max(wait, 0), 20))))
  }

  routes.post("/api/messages") { request in
    let message = bus.publish(String(decoding: request.body, as: UTF8.self))
    return try .json(Message(.message(message)), status: .created)
  }
}

private func list(_ batch: Broadcaster<String>.Batch) throws -> Response {
  var response = try Response.json(batch.items.map(Message.init))
  response.fields.set("Cache-Control", "no-store")
  return response
}
