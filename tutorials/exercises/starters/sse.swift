// Exercise: server-sent events. What to build stands in tutorials/exercises/sse.md.
//
// `stream.write` sends the bytes of the stream as you write them: the lines and the empty lines are your work.

import Comet

/// The streams that are open.
@LoopActor private var streams: [ObjectIdentifier: BodyStream] = [:]

let sse = Server { routes in
  routes.get("/events") { request in
    // TODO: where does a client go on that comes back? When is there nothing more to come?
    var id = 0
    // TODO: what does a browser need to know about this answer?
    return .stream(fields: ["Content-Type": "text/plain"]) { stream in
      streams[ObjectIdentifier(stream)] = stream
      // TODO: take the stream from the list when its client has left: `sleep` throws then.
      while true {
        try await sleep(for: .milliseconds(200))
        id += 1
        // TODO: an event has an id, and an end.
        try await stream.write("data: tick \(id)\n")
      }
    }
  }

  routes.post("/say") { request in
    let text = String(decoding: request.body, as: UTF8.self)
    // TODO: a text may have several lines, and a line end is CR LF, LF or CR.
    for stream in streams.values {
      try? await stream.write("event: say\ndata:\(text)\n\n")
    }
    return .noContent
  }

  routes.get("/clients") { _ in .text("\(streams.count)") }
}
