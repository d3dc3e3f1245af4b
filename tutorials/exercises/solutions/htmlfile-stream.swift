// Solution: iframe streaming.

import Comet

/// The documents that are open.
@LoopActor private var frames: [ObjectIdentifier: BodyStream] = [:]

let htmlfileStream = Server { routes in
  routes.get("/htmlfile") { _ in
    .stream(fields: ["Content-Type": "text/html; charset=utf-8"]) { frame in
      frames[ObjectIdentifier(frame)] = frame
      defer { frames[ObjectIdentifier(frame)] = nil }
      try await frame.write("<!DOCTYPE html>\n" + String(repeating: " ", count: 1024) + "\n")
      try await sleep(for: .seconds(3600))
    }
  }

  routes.post("/say") { request in
    let text = String(decoding: request.body, as: UTF8.self)
    for frame in frames.values {
      try? await frame.write("<script>parent.process(\(literal(text)))</script>\n")
    }
    return .noContent
  }

  routes.get("/clients") { _ in .text("\(frames.count)") }
}

/// A string literal of JavaScript that HTML does not take for anything else.
private func literal(_ text: String) -> String {
  let escaped = text.unicodeScalars.map { scalar in
    switch scalar {
    case "'", "\\": "\\\(scalar)"
    case "\n": "\\n"
    case "\r": "\\r"
    // HTML is read first: </script> would end the script, <!-- would hide its end.
    case "<": "\\u003c"
    // Old browsers take these for line ends.
    case "\u{2028}": "\\u2028"
    case "\u{2029}": "\\u2029"
    default: String(scalar)
    }
  }
  return "'" + escaped.joined() + "'"
}
