// Solution: the message between two polls.

import Comet

/// The answer to a poll, as JSON.
private struct Batch: Encodable {
  let cursor: Int
  let messages: [String]
}

/// Numbers the messages and keeps the last of them; a poll gets what comes after its cursor, or waits for it.
@LoopActor private let news = Broadcaster<String>(history: 1000)
@LoopActor private var waiting = 0

let fixLostMessage = Server { routes in
  routes.get("/poll") { request in
    guard let after = request.query["after"] else { return try answer([], news.lastID) }
    guard let cursor = Int(after), (0...news.lastID).contains(cursor) else {
      throw RequestError(.badRequest, "after is a cursor from an earlier answer.")
    }
    waiting += 1
    defer { waiting -= 1 }
    let batch = try await news.next(after: cursor, within: .seconds(2))
    return try answer(batch.messages.map(\.value), batch.cursor)
  }

  routes.post("/messages") { request in
    news.publish(String(decoding: request.body, as: UTF8.self))
    return .noContent
  }

  routes.get("/waiting") { _ in .text("\(waiting)") }
}

private func answer(_ messages: [String], _ cursor: Int) throws -> Response {
  var response = try Response.json(Batch(cursor: cursor, messages: messages))
  response.fields.set("Cache-Control", "no-store")
  return response
}
