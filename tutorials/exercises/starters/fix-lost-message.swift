// Repair: the message between two polls. What is wrong stands in tutorials/exercises/fix-lost-message.md.

import Comet

/// The answer to a poll, as JSON.
private struct Batch: Encodable {
  let cursor: Int
  let messages: [String]
}

@LoopActor private var lastID = 0
@LoopActor private var waiters: [ObjectIdentifier: Waiter<String>] = [:]

let fixLostMessage = Server { routes in
  routes.get("/poll") { request in
    guard let after = request.query["after"] else { return try answer([], lastID) }
    guard let cursor = Int(after), (0...lastID).contains(cursor) else {
      throw RequestError(.badRequest, "after is a cursor from an earlier answer.")
    }
    let waiter = Waiter<String>()
    waiters[ObjectIdentifier(waiter)] = waiter
    defer { waiters[ObjectIdentifier(waiter)] = nil }
    // TODO: what about a message that came while this client did not wait?
    let message = try await waiter.wait(within: .seconds(2))
    return try answer(message.map { [$0] } ?? [], lastID)
  }

  routes.post("/messages") { request in
    let message = String(decoding: request.body, as: UTF8.self)
    lastID += 1
    for waiter in waiters.values { waiter.wake(message) }
    return .noContent
  }

  routes.get("/waiting") { _ in .text("\(waiters.count)") }
}

private func answer(_ messages: [String], _ cursor: Int) throws -> Response {
  var response = try Response.json(Batch(cursor: cursor, messages: messages))
  response.fields.set("Cache-Control", "no-store")
  return response
}
