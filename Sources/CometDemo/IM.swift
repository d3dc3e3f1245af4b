// Instant messages for a client object: each poll says what the client has, and what it does not have comes, once more
// if need be. So every message arrives at least once; its number lets the client take it exactly once.

import Comet

enum IM {
  static let technique = Technique(
    slug: "im", title: "A client object",
    summary: "Polls that acknowledge, so that each message arrives at least once and counts exactly once.",
    endpoints: ["GET /im?3|7&c=5,7", "POST /im"], handler: "IM.swift"
  ) { routes, _ in
    let room = IMRoom()

    // 3|7: the client has everything up to 3, and nothing newer than 7; c: of these it has 5 and 7.
    routes.get("/im") { request in
      let versions = try IMRoom.Versions(request.query)
      let history = request.query["history"]
      return .json(text: try await room.answer(to: versions, of: history, within: .seconds(25)))
    }

    routes.post("/im") { request in
      .json(text: try room.post(request.body), status: .created)
    }
  }
}
