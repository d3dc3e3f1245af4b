// The rules for mail notification by long polling: what the answers say, and whose mail it is.

enum MailRules {
  static let all = answers + delivery + sessions

  private static let answers = [
    Rule(
      "nothing", "When the time is over without mail, the answer says so: c is 0.",
      clause: "the exercise; RFC 6202 §5.5",
      hint: "After 2 s answer 200 and {\"c\": 0, \"msg\": []}. That is no error, and no end of the session."
    ) { session in
      let client = try MailClient(session)
      let answer = try MailClient.answer(session, try client.poll(), within: Session.holdLimit)
      try answer.answer.expectStatus(200, for: "a poll for which nothing comes")
      let news = try answer.json(MailAnswer.self, like: #"{"c": 0, "msg": []}"#)
      guard news.c == 0, news.subjects.isEmpty, !news.hasError else {
        throw Fault(expected: #"{"c": 0, "msg": []}"#, got: "The answer has \(news.text).")
      }
    },
    Rule(
      "held", "A poll is held while there is no mail.", clause: "RFC 6202 §2.1",
      hint: "Do not answer c = 0 at once: a page that is open all day would ask all day."
    ) { try $0.expectHeld(try MailClient($0).poll(), "while there is no mail") },
    Rule(
      "count", "c is the number of mails in msg, and 70 the type of each.", clause: "the exercise",
      hint: #"{"c": 2, "msg": [{"type": 70, "subject": "one"}, {"type": 70, "subject": "two"}]}"#
    ) { session in
      let client = try MailClient(session)
      try client.deliver("one", "two")
      let news = try client.answer(try client.poll())
      let mails = news.msg ?? []
      guard news.c == mails.count, mails.count > 0, mails.allSatisfy({ $0.type == 70 }) else {
        throw Fault(
          expected: "c: \(mails.count), and the type 70",
          got: "The answer has \(news.text), the types are \(mails.map { String($0.type) }.joined(separator: ", ")).")
      }
    },
    Rule(
      "wake", "Mail that comes while a poll is held answers it at once.", clause: "RFC 6202 §2.1",
      hint: "Wake the held poll of this session when something is delivered.", attempts: 2
    ) { session in
      let client = try MailClient(session)
      let held = try client.poll()
      session.pause(.milliseconds(150))
      try client.deliver("wake up")
      let start = ContinuousClock.now
      try client.expect(["wake up"], try client.answer(held))
      guard ContinuousClock.now - start < .milliseconds(900) else {
        throw Fault(expected: "the answer at once after the mail", got: "It took \(ContinuousClock.now - start).")
      }
    },
    Rule(
      "json", "Answers are JSON, say so, and are kept by no cache.", clause: "RFC 8259 §11; RFC 6202 §5.6",
      hint: "Content-Type: application/json, Cache-Control: no-store."
    ) { session in
      let client = try MailClient(session)
      try client.deliver("one")
      let answer = try MailClient.answer(session, try client.poll(), within: Session.holdLimit).answer
      try answer.expectType("application/json")
      try answer.expectNotStored()
    },
    Rule(
      "text", "Any subject arrives as it was sent.", clause: "RFC 8259 §7",
      hint:
        "Read the whole body, then decode it: its pieces can divide a character. Let a JSON library write the string."
    ) { session in
      let client = try MailClient(session)
      let subject = "Re: \"quoted\" \\ back\tslash\r\n</script> é 漢 🙂"
      try client.deliver(subject)
      try client.expect([subject], try client.answer(try client.poll()))
    },
  ]

  private static let delivery = [
    Rule(
      "kept", "Mail that comes between two polls waits for the next one.", clause: "RFC 6202 §2.2",
      hint: "Keep an inbox for each session: a client that does not poll at this moment gets it later."
    ) { session in
      let client = try MailClient(session)
      try client.deliver("kept")
      let news = try client.answer(try client.poll())
      guard news.subjects.contains("kept") else {
        throw Fault(expected: "the mail kept", got: "The answer has \(news.text).")
      }
    },
    Rule(
      "together", "All mail that waits comes in one answer, the oldest first.", clause: "RFC 6202 §2.2",
      hint: "Answer the whole inbox, in the order in which it was delivered."
    ) { session in
      let client = try MailClient(session)
      try client.deliver("first", "second", "third")
      try client.expect(["first", "second", "third"], try client.answer(try client.poll()), " in one answer")
    },
    Rule(
      "once", "Mail that was in an answer does not come again.", clause: "the exercise",
      hint: "Empty the inbox when its mail is in an answer."
    ) { session in
      let client = try MailClient(session)
      // For a poll that finds the mail, and for one that waits for it.
      for isWaiting in [false, true] {
        let poll = isWaiting ? try client.poll() : nil
        if isWaiting { session.pause(.milliseconds(100)) }
        try client.deliver("once")
        _ = try client.answer(try poll ?? client.poll())
        let held = try client.poll()
        guard case .bytes = try held.receive(by: session.deadline(.milliseconds(200))) else {
          held.close()
          continue
        }
        let news = try client.answer(held)
        guard !news.subjects.contains("once") else {
          throw Fault(expected: "no mail", got: "The answer to the next poll has \(news.text).")
        }
      }
    },
    Rule(
      "left", "Mail is not lost with a client that has left before it came.", clause: "the exercise; RFC 6202 §2.2",
      hint: "When the connection ends, the poll is over: it must not take the mail out of the inbox.", attempts: 2
    ) { session in
      let client = try MailClient(session)
      let held = try client.poll()
      session.pause(.milliseconds(150))
      held.close()
      session.pause(.milliseconds(500))
      try client.deliver("still here")
      session.pause(.milliseconds(50))
      let news = try client.answer(try client.poll())
      try client.expect(["still here"], news, ", which came after the first poll was given up")
    },
  ]

  private static let sessions = [
    Rule(
      "session", "Each session has an sid of its own.", clause: "the exercise",
      hint: "A long random one: whoever can guess it can read somebody's mail."
    ) { session in
      let ids = [try MailClient(session).sid, try MailClient(session).sid, try MailClient(session).sid]
      guard Set(ids).count == ids.count, ids.allSatisfy({ $0.utf8.count >= 8 }) else {
        throw Fault(
          expected: "three different ones of at least 8 characters",
          got: "They are \(ids.map { Readable.quoted($0, limit: 40) }.joined(separator: ", ")).")
      }
    },
    Rule(
      "own", "Mail comes to its own session and to no other.", clause: "the exercise",
      hint: "An inbox for each session, and wake only its own poll.", attempts: 2
    ) { session in
      let (client, other) = (try MailClient(session), try MailClient(session))
      let (held, otherHeld) = (try client.poll(), try other.poll())
      session.pause(.milliseconds(150))
      try client.deliver("mine")
      _ = try client.answer(held)
      guard session.isHeld(otherHeld) else {
        let news = try other.answer(otherHeld)
        if news.subjects.contains("mine") {
          throw Fault(expected: "no answer for the other session", got: "The answer has \(news.text).")
        }
        return
      }
    },
    unknown("unknown", "A poll with an sid that there is not is answered by an errorCode, at once.", "sid=nobody"),
    unknown("missing", "So is a poll without an sid.", "x=1"),
    Rule(
      "nobody", "Mail for a session that there is not is refused with 404.", clause: "the exercise; RFC 9110 §15.5.5",
      hint: "Otherwise anybody could fill your memory with mail for nobody."
    ) { try $0.post("hello", to: "/pns/deliver?sid=nobody").answer.expectStatus(404, for: "mail to sid=nobody") },
    Rule(
      "ended", "When a session ends, the poll that is held for it is answered by an errorCode, at once.",
      clause: "the exercise",
      hint: "Wake the poll, and look whether the session is still there before you answer.", attempts: 2
    ) { session in
      let client = try MailClient(session)
      let held = try client.poll()
      session.pause(.milliseconds(150))
      try client.end()
      try expectError(session, held, "the poll of a session that has ended")
      try expectError(session, try client.poll(), "a poll after that")
      try session.post("late", to: "/pns/deliver?sid=" + percentEncoded(client.sid)).answer
        .expectStatus(404, for: "mail to a session that has ended")
    },
  ]

  private static func unknown(_ name: String, _ sentence: String, _ query: String) -> Rule {
    Rule(
      name, sentence, clause: "the exercise; RFC 9110 §15.5",
      hint: "A status 4xx and {\"errorCode\": …}: asking again would change nothing, and the client can tell.",
      attempts: 2
    ) { try expectError($0, try MailClient.poll($0, query), "a poll with \(query)") }
  }

  private static func expectError(_ session: Session, _ poll: WireSocket, _ what: String) throws {
    let answer = try MailClient.answer(session, poll, within: .milliseconds(900))
    try answer.answer.expectClientError(for: what)
    let news = try answer.json(MailAnswer.self, like: #"{"errorCode": "unknown-session"}"#)
    guard news.hasError, news.c == nil else {
      throw Fault(
        expected: #"{"errorCode": "unknown-session"} without c"#, got: "The body is \(Readable.quoted(answer.body)).")
    }
  }
}
