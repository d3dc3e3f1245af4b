// Mail notification by long polling: the answer says what has come, and the page decides how long it waits before it
// asks again.

import Comet

enum Mail {
  static let technique = Technique(
    slug: "mail", title: "Mail notification",
    summary: "Long polls that tell of new mail, with a wait that fits each kind of failure.",
    endpoints: ["GET /pns/poll?sid=&comeFrom=", "POST /pns/deliver", "POST /pns/session", "POST /pns/trouble"],
    handler: "Mail.swift"
  ) { routes, settings in
    let room = MailRoom()

    routes.post("/pns/session") { _ in .json(text: Input.encode(["sid": try room.open()]), status: .created) }

    routes.post("/pns/deliver") { request in
      let shape = #"{"sid":"…","from":"Ann","subject":"Hello"}."#
      let texts = try Input.texts(["sid", "from", "subject"], of: request.body, shape)
      let mail = try room.deliver(from: texts[1], subject: texts[2], to: texts[0])
      return .json(text: Input.encode(mail), status: .created)
    }

    routes.post("/pns/trouble") { request in
      let shape = #"{"sid":"…","kind":"fail"}, "silence" or "expire"."#
      let texts = try Input.texts(["sid", "kind"], of: request.body, shape)
      guard let kind = MailRoom.Trouble.allCases.first(where: { $0.rawValue.isExactly(texts[1]) }) else {
        throw RequestError(.badRequest, "Send JSON such as \(shape)")
      }
      try room.makeTrouble(kind, for: texts[0])
      return .noContent
    }

    routes.get("/pns/poll") { request in
      let session = try room.session(request.query["sid"])
      // `after` is for a client whose last answer got lost on the way.
      let cursor = try request.checkedCursor() ?? session.seen
      let (mails, trouble) = try await session.next(after: cursor, within: settings.tick * 10)
      switch trouble {
      case .fail: throw RequestError(.internalServerError, "The server fails, as it was told to.")
      // Until the client gives up; its leaving ends this sleep.
      case .silence: try await sleep(for: .seconds(3600))
      case .expire: return .json(text: #"{"errorCode":"session-expired"}"#)
      case nil: break
      }
      return .json(text: Input.encode(Answer(c: mails.count, cursor: session.seen, msg: mails)))
    }
  }

  private struct Answer: Encodable { let c: Int, cursor: Int, msg: [MailRoom.Mail] }
}
