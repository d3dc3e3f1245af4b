// Solution: mail notification.

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
    let sid = String(UInt64.random(in: 1 << 60 ... .max), radix: 36)
    sessions[sid] = Session()
    return try .json(Ticket(sid: sid), status: .created)
  }

  routes.on(.delete, "/pns/session") { request in
    let session = sessions.removeValue(forKey: request.query["sid"] ?? "")
    session?.waiter?.wake(())
    return .noContent
  }

  routes.post("/pns/deliver") { request in
    guard let session = sessions[request.query["sid"] ?? ""] else {
      throw RequestError(.notFound, "There is no such session.")
    }
    session.inbox.append(String(decoding: request.body, as: UTF8.self))
    session.waiter?.wake(())
    return .noContent
  }

  routes.get("/pns/poll") { request in
    let sid = request.query["sid"] ?? ""
    if let session = sessions[sid], session.inbox.isEmpty {
      let waiter = Waiter<Void>()
      session.waiter = waiter
      // When the client leaves, this throws, and the inbox stays as it is.
      _ = try await waiter.wait(within: .seconds(2))
    }
    // Once more: it may have ended meanwhile.
    guard let session = sessions[sid] else { return try answer(Failure(errorCode: "unknown-session"), .forbidden) }
    defer { session.inbox = [] }
    return try answer(News(c: session.inbox.count, msg: session.inbox.map { Mail(type: 70, subject: $0) }))
  }
}

private func answer(_ value: some Encodable, _ status: Status = .ok) throws -> Response {
  var response = try Response.json(value, status: status)
  response.fields.set("Cache-Control", "no-store")
  return response
}
