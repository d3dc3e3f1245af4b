// Solution: long polling.

import Comet

/// The answer to a poll, as JSON.
private struct Batch: Encodable {
  let cursor: Int
  let messages: [String]
}

/// The last messages. The number of a message is its place among all that there ever were.
@LoopActor private var messages: [String] = []
/// How many older ones have been dropped.
@LoopActor private var dropped = 0
@LoopActor private var waiters: [ObjectIdentifier: Waiter<Void>] = [:]

let longPolling = Server { routes in
  routes.get("/poll") { request in
    guard let after = request.query["after"] else { return try answer([], dropped + messages.count) }
    guard let cursor = Int(after), (0...dropped + messages.count).contains(cursor) else {
      throw RequestError(.badRequest, "after is a cursor from an earlier answer.")
    }
    if cursor == dropped + messages.count {
      let waiter = Waiter<Void>()
      waiters[ObjectIdentifier(waiter)] = waiter
      // Also when the wait throws, because the client has left.
      defer { waiters[ObjectIdentifier(waiter)] = nil }
      _ = try await waiter.wait(within: .seconds(2))
    }
    return try answer(Array(messages.dropFirst(max(0, cursor - dropped))), dropped + messages.count)
  }

  routes.post("/messages") { request in
    messages.append(String(decoding: request.body, as: UTF8.self))
    if messages.count > 1000 {
      dropped += 1
      messages.removeFirst()
    }
    for waiter in waiters.values { waiter.wake(()) }
    return .noContent
  }

  routes.get("/waiting") { _ in .text("\(waiters.count)") }
}

private func answer(_ messages: [String], _ cursor: Int) throws -> Response {
  var response = try Response.json(Batch(cursor: cursor, messages: messages))
  response.fields.set("Cache-Control", "no-store")
  return response
}
