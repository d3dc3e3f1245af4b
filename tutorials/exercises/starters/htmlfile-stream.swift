// Exercise: iframe streaming. What to build stands in tutorials/exercises/htmlfile-stream.md.

import Comet

/// The documents that are open.
@LoopActor private var frames: [ObjectIdentifier: BodyStream] = [:]

let htmlfileStream = Server { routes in
  routes.get("/htmlfile") { _ in
    .stream(fields: ["Content-Type": "text/html; charset=utf-8"]) { frame in
      // TODO: a browser that shows nothing of a document before its first kilobyte.
      try await frame.write("<!DOCTYPE html>\n")
      frames[ObjectIdentifier(frame)] = frame
      // TODO: who takes the frame from the list when it is closed? `sleep` throws then.
      try await sleep(for: .seconds(3600))
    }
  }

  routes.post("/say") { request in
    let text = String(decoding: request.body, as: UTF8.self)
    // TODO: which texts make this something else than a call of parent.process with one string?
    for frame in frames.values {
      try? await frame.write("<script>callback.process('\(text)')</script>\n")
    }
    return .noContent
  }

  routes.get("/clients") { _ in .text("\(frames.count)") }
}
