// Exercise: long polling. What to build stands in tutorials/exercises/lpc.md.

import Comet

/// The answer to a poll, as JSON.
private struct Batch: Encodable {
  let cursor: Int
  let messages: [String]
}

@LoopActor private var messages: [String] = []
@LoopActor private var waiting = 0

let longPolling = Server { routes in
  routes.get("/poll") { request in
    // TODO: without `after`, say where the news begins; with a number that was never given out, answer 400.
    let cursor = request.cursor ?? 0
    // TODO: hold the request until there is something to say, for 2 seconds at most. A Waiter<Void> is one wait:
    // `wait(within:)` suspends, `wake(())` ends it, and it throws when the client leaves.
    let news = Array(messages.dropFirst(cursor))
    return try .json(Batch(cursor: messages.count, messages: news))
  }

  routes.post("/messages") { request in
    messages.append(String(decoding: request.body, as: UTF8.self))
    // TODO: wake everybody who waits.
    return .noContent
  }

  routes.get("/waiting") { _ in .text("\(waiting)") }
}
