// Solution: the counter of the article.

import Comet

@LoopActor private var clients = 0

let fixCounter = Server { routes in
  routes.get("/stream") { _ in
    .stream(fields: ["Content-Type": "text/plain"]) { body in
      clients += 1
      defer { clients -= 1 }
      // The count is this client's own, and `sleep` throws when it leaves.
      for _ in 1...10 {
        try await sleep(for: .milliseconds(100))
        try await body.write("\(Int.random(in: 0...9999))\n")
      }
    }
  }

  routes.get("/clients") { _ in .text("\(clients)") }
}
