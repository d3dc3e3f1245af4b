// Solution: server-sent events.

import Comet

/// The streams that are open.
@LoopActor private var streams: [ObjectIdentifier: BodyStream] = [:]

let sse = Server { routes in
  routes.get("/events") { request in
    let start = request.lastEventID ?? 0
    // An EventSource that gets 204 does not come back (WHATWG HTML §9.2.3).
    guard start < 100 else { return .noContent }
    return .stream(fields: ["Content-Type": "text/event-stream", "Cache-Control": "no-cache"]) { stream in
      streams[ObjectIdentifier(stream)] = stream
      // Also when `sleep` throws, because the client has left.
      defer { streams[ObjectIdentifier(stream)] = nil }
      try await stream.write("retry: 1000\n\n")
      var id = start
      while id < 100 {
        try await sleep(for: .milliseconds(200))
        id += 1
        try await stream.write("id: \(id)\ndata: tick \(id)\n\n")
      }
    }
  }

  routes.post("/say") { request in
    let text = String(decoding: request.body, as: UTF8.self)
    // Swift takes CR LF, LF and CR each for one Character.
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\r\n" || $0 == "\n" || $0 == "\r" }
    let event = "event: say\n" + lines.map { "data: \($0)\n" }.joined() + "\n"
    for stream in streams.values { try? await stream.write(event) }
    return .noContent
  }

  routes.get("/clients") { _ in .text("\(streams.count)") }
}
