// The chat as its article has it, in the same room: messages without numbers. One that comes between two polls is lost.

import Comet

enum ChatOfTheArticle {
  static let endpoints = ["GET /test", "POST /message", "GET /sse"]

  @LoopActor
  static func mount(on routes: inout Routes, _ room: ChatRoom, _ settings: DemoSettings) {
    // Held until somebody sends a message, then answered with its text.
    routes.get("/test") { _ in
      let start = room.bus.lastID
      while true {
        if let first = try await room.bus.next(after: start).messages.first { return .text(first.value.text) }
      }
    }

    routes.post("/message") { request in
      try room.say(ChatRoom.Post(name: "Somebody", text: try Input.text("message", ofForm: request)))
      return .text("done")
    }

    routes.get("/sse") { _ in
      .events { events in
        for count in 1...6 {
          if count > 1 { try await sleep(for: settings.tick) }
          try await events.send("{\"count\":\(count)}", event: "test1")
        }
      }
    }
  }
}
