// Exercise: a chat. What to build stands in tutorials/exercises/chat.md.

import Comet

/// Those who wait for somebody to speak.
@LoopActor private var waiters: [ObjectIdentifier: Waiter<String>] = [:]

let chatRoom = Server { routes in
  routes.get("/test") { _ in
    // TODO: wait with a Waiter<String> that stands in the list as long as it waits. `wait(within:)` returns what
    // `wake` was given, or nil when the time is over, and throws when the client leaves.
    try await sleep(for: .milliseconds(100))
    // TODO: a message comes from somebody else. What is it for a browser, and what for a cache?
    return .html("nobody has said anything")
  }

  routes.post("/message") { request in
    // TODO: this is the form as it was sent. request.form() reads it. And what if there is no message in it?
    let text = String(decoding: request.body, as: UTF8.self)
    // TODO: everybody who waits is to hear it.
    waiters.values.first?.wake(text)
    return .text("done")
  }

  routes.get("/waiting") { _ in .text("\(waiters.count)") }
}
