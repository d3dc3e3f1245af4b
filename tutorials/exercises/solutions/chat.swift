// Solution: a chat.

import Comet

/// Those who wait for somebody to speak.
@LoopActor private var waiters: [ObjectIdentifier: Waiter<String>] = [:]

let chatRoom = Server { routes in
  routes.get("/test") { _ in
    let waiter = Waiter<String>()
    waiters[ObjectIdentifier(waiter)] = waiter
    // Also when the wait throws, because the client has left.
    defer { waiters[ObjectIdentifier(waiter)] = nil }
    guard let text = try await waiter.wait(within: .seconds(25)) else { return .noContent }
    return Response(
      fields: ["Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"], body: Array(text.utf8))
  }

  routes.post("/message") { request in
    guard let text = try request.form()["message"] else {
      throw RequestError(.badRequest, "The form needs the field message.")
    }
    for waiter in waiters.values { waiter.wake(text) }
    return .text("done")
  }

  routes.get("/waiting") { _ in .text("\(waiters.count)") }
}
