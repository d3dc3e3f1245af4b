// XHR streaming: one answer that does not end, in chunks. The page reads it while it grows.

import Comet

enum XHRStreaming {
  static let technique = Technique(
    slug: "xhr-stream", title: "XHR streaming",
    summary: "One answer that does not end, read by a script while it is being written.",
    endpoints: ["GET /stream"], handler: "XHRStreaming.swift"
  ) { routes, settings in

    routes.get("/stream") { _ in
      .stream(fields: ["content-type": "multipart/octet-stream"]) { body in
        // Counted here, for this client alone. Nothing separates the numbers, as in the article: a page that reads
        // late finds two of them in one piece and cannot tell.
        for _ in 1...11 {
          try await sleep(for: settings.tick)
          try await body.write(String(Int.random(in: 0...9999)))
        }
      }
    }
  }
}
