// Repair: the counter of the article. What is wrong stands in tutorials/exercises/fix-counter.md.

import Comet

// TODO: the article's bugs: one counter for everybody, eleven numbers where the text says ten, no separator, and a
// timer that goes on when the client has left.
@LoopActor private var count = 0
@LoopActor private var clients = 0

let fixCounter = Server { routes in
  routes.get("/stream") { _ in
    .stream(fields: ["Content-Type": "multipart/octet-stream"]) { body in
      clients += 1
      // A task of its own, as the article has a timer: it knows nothing of the client.
      let timer = spawn {
        while count <= 10 {
          try? await sleep(for: .milliseconds(100))
          try? await body.write(String(Int.random(in: 0...9999)))
          count += 1
        }
        count = 0
        clients -= 1
      }
      await timer.value
    }
  }

  routes.get("/clients") { _ in .text("\(clients)") }
}
