// Exercise: mail notification. What to build stands in tutorials/exercises/mail.md.

import Comet

/// One user who is logged in.
@LoopActor
private final class Session {
  var inbox: [String] = []
  /// Of the poll that is held.
  var waiter: Waiter<Void>?
}

private struct Ticket: Encodable { let sid: String }
private struct Mail: Encodable { let type: Int, subject: String }
private struct News: Encodable { let c: Int, msg: [Mail] }
private struct Failure: Encodable { let errorCode: String }

@LoopActor private var sessions: [String: Session] = [:]

let mailNotification = Server { routes in
  routes.post("/pns/session") { _ in
    // TODO: can anybody guess this?
    let sid = "session \(sessions.count)"
    sessions[sid] = Session()
    return try .json(Ticket(sid: sid), status: .created)
  }

  // TODO: routes.on(.delete, "/pns/session") { request in … }. What becomes of the poll that is held?

  routes.post("/pns/deliver") { request in
    let session = sessions[request.query["sid"] ?? ""]
    session?.inbox.append(String(decoding: request.body, as: UTF8.self))
    // TODO: wake the poll that is held. And what if there is no such session?
    return .noContent
  }

  routes.get("/pns/poll") { request in
    guard let session = sessions[request.query["sid"] ?? ""] else {
      // TODO: which status says that it is the client's fault?
      return try .json(Failure(errorCode: "unknown-session"))
    }
    // TODO: hold the request while the inbox is empty, for 2 seconds at most. A Waiter<Void> is one wait:
    // `wait(within:)` suspends, `wake(())` ends it, and it throws when the client leaves.
    // TODO: what is answered must not come again.
    return try .json(News(c: 1, msg: session.inbox.map { Mail(type: 70, subject: $0) }))
  }
}
