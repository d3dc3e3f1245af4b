// The mail behind the notification service: who is logged in, what lies in each inbox, and which trouble was ordered.

import Comet

@LoopActor
final class MailRoom {
  /// What lies in an inbox.
  struct Mail: Encodable, Sendable {
    let id: Int
    /// 70 is mail; a notification service has other news as well.
    var type = 70
    let from: String
    let subject: String
  }

  /// What may go wrong at the next poll, or at the one that is held.
  enum Trouble: String, CaseIterable, Sendable {
    /// The server fails.
    case fail
    /// The server never answers, until the client gives up.
    case silence
    /// The session has ended.
    case expire
  }

  /// What a poll waits for.
  enum News: Sendable {
    case mail(Mail)
    case trouble(Trouble)
  }

  /// One user who is logged in.
  @LoopActor
  final class Session {
    /// Mail and trouble in one line, so that a held poll wakes for either.
    let news = Broadcaster<News>(history: 64)
    /// How many polls are held for it.
    fileprivate(set) var polls = 0
    /// How many mails there were: each has a number, in which the troubles leave no gap.
    fileprivate(set) var mailCount = 0
    /// What the last answer has carried: where a poll goes on that does not say more.
    var seen = 0
    /// The last trouble that was made. Its answer tells nothing, so the same cursor comes again.
    private var made = 0

    /// The mail after a cursor, or a trouble that is still to be made; waits at most so long.
    func next(after cursor: Int, within time: Duration) async throws -> (mails: [Mail], trouble: Trouble?) {
      polls += 1
      defer { polls -= 1 }
      var cursor = cursor
      let end = ContinuousClock.now + time
      repeat {
        let batch = try await news.next(after: cursor, within: max(.zero, end - .now))
        var mails: [Mail] = []
        for message in batch.messages {
          switch message.value {
          case .mail(let mail):
            // An answer has a bound, too: the rest comes with the next poll.
            guard mails.count < 32 else {
              seen = message.id - 1
              return (mails, nil)
            }
            mails.append(mail)
          case .trouble(let trouble) where message.id > made:
            made = message.id
            return ([], trouble)
          case .trouble: break
          }
        }
        seen = batch.cursor
        if !mails.isEmpty || cursor == batch.cursor { return (mails, nil) }
        cursor = batch.cursor
      } while true
    }
  }

  private var sessions: [String: Session] = [:]
  private var oldestFirst: [String] = []
  /// More than a demo needs; beyond it the oldest session ends that nobody waits for.
  private let mostSessions: Int

  nonisolated init(mostSessions: Int = 500) {
    self.mostSessions = mostSessions
  }

  /// Lets a user in.
  ///
  /// - Returns: the session's name, which nobody can guess.
  /// - Throws: 503 when there is no room.
  func open() throws(RequestError) -> String {
    if oldestFirst.count >= mostSessions {
      guard let idle = oldestFirst.first(where: { sessions[$0]?.polls == 0 }) else {
        throw RequestError(.serviceUnavailable, "All \(mostSessions) sessions are in use.")
      }
      end(idle)
    }
    let sid = (1...2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
    sessions[sid] = Session()
    oldestFirst.append(sid)
    return sid
  }

  /// - Throws: 400 without a name, 403 for a name that is not in use.
  func session(_ sid: String?) throws(RequestError) -> Session {
    guard let sid else { throw RequestError(.badRequest, "Give the session: sid=…, as POST /pns/session names it.") }
    guard sid.utf8.count <= 64, let session = sessions[sid] else {
      throw RequestError(.forbidden, "There is no such session, or it has ended. Open one with POST /pns/session.")
    }
    return session
  }

  /// Puts mail into a session's inbox.
  func deliver(from: String, subject: String, to sid: String?) throws(RequestError) -> Mail {
    let session = try session(sid)
    guard !subject.isEmpty else { throw RequestError(.badRequest, "A mail needs a subject.") }
    // As long as a line of a mail may be (RFC 5322 §2.1.1): what lies in an inbox has a bound, too.
    guard from.utf8.count <= 998, subject.utf8.count <= 998 else {
      throw RequestError(.contentTooLarge, "A sender and a subject have 998 bytes at most.")
    }
    session.mailCount += 1
    let mail = Mail(id: session.mailCount, from: from, subject: subject)
    session.news.publish(.mail(mail))
    return mail
  }

  /// Makes something go wrong for a session.
  func makeTrouble(_ trouble: Trouble, for sid: String?) throws(RequestError) {
    try session(sid).news.publish(.trouble(trouble))
    if trouble == .expire, let sid { end(sid) }
  }

  private func end(_ sid: String) {
    sessions[sid] = nil
    oldestFirst.removeAll { $0 == sid }
  }
}
