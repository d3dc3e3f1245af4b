// The rules for long polling (RFC 6202 §2).

enum LongPollRules {
  static let all = answers + holding + delivery + life

  private static let answers = [
    Rule(
      "post", "POST /messages is answered by a status 2xx.", clause: "the exercise; RFC 9110 §15.3",
      hint: "A client that posts must not be held. 204 says: done, and there is nothing to read."
    ) { try $0.post($0.unique("a")).answer.expectSuccess(of: "POST /messages") },
    Rule(
      "start", "A poll without after is answered at once, with a cursor and without messages.", clause: "the exercise",
      hint: "It asks where the news begins: answer the cursor after the newest message.", attempts: 2
    ) { session in
      try session.post(session.unique("old"))
      let batch = try session.batch(try session.poll(nil), within: .milliseconds(900))
      guard batch.messages.isEmpty else {
        throw Fault(expected: "no messages", got: "There came \(batch.messages.count) old ones.")
      }
    },
    Rule(
      "json", "A poll is answered by JSON, and says so.", clause: "RFC 8259 §11",
      hint: "Content-Type: application/json."
    ) { try $0.fetch("GET", "/poll").answer.expectType("application/json") },
    Rule(
      "no-store", "No cache keeps the answer to a poll.", clause: "RFC 6202 §5.6; RFC 9111 §5.2.2.5",
      hint: "Cache-Control: no-store. Otherwise a browser may answer the next poll from its cache."
    ) { try $0.fetch("GET", "/poll").answer.expectNotStored() },
    Rule(
      "foreign-cursor", "A cursor that the server never gave out is refused with 400.",
      clause: "the exercise; RFC 9110 §15.5.1",
      hint: "What stands in the query comes from outside: check it before you use it."
    ) { session in
      // Where cursors are numbers, also those that are none of them.
      let numbers = Int(try session.start()).map { ["-1", String($0 + 1_000_000)] } ?? []
      for cursor in ["no cursor of yours"] + numbers {
        let answer = try session.answer(on: try session.poll(cursor), within: Session.holdLimit)
        guard answer.status == 400 else {
          throw Fault(expected: "status 400 for after=\(cursor)", got: "The status is \(answer.status).")
        }
      }
    },
    Rule(
      "text", "Any text arrives as it was posted.", clause: "RFC 8259 §7",
      hint:
        "Let a JSON library write the string, or escape quotes, backslashes and control characters. Decode the body as a whole: its pieces can divide a character."
    ) { session in
      let text = session.unique("\"quoted\" \\ back\tslash\r\n</script> é 漢 🙂")
      let cursor = try session.start()
      let held = try session.poll(cursor)
      session.pause(.milliseconds(50))
      try session.post(text)
      try session.collect([text], after: cursor, held: held)
    },
  ]

  private static let holding = [
    Rule(
      "held", "A poll is held while there is nothing to say.", clause: "RFC 6202 §2.1",
      hint: "Do not answer an empty list at once: that is polling, and as fast as the client can ask."
    ) { session in
      let cursor = try session.start()
      try session.expectHeld(try session.poll(cursor))
    },
    Rule(
      "time-limit", "A poll that nothing comes for is answered after a while, without messages.",
      clause: "RFC 6202 §2.1, §5.5",
      hint: "After 2 s answer an empty list. What lasts too long is cut by proxies, without a word."
    ) { session in
      let batch = try session.batch(try session.poll(try session.start()))
      guard batch.messages.isEmpty else {
        throw Fault(expected: "no messages", got: "There came \(batch.messages.count), though nobody has posted.")
      }
    },
    Rule(
      "wake", "A message that comes while a poll is held answers it at once.", clause: "RFC 6202 §2.1",
      hint: "Wake the held requests when something is posted; do not look for it only now and then.", attempts: 2
    ) { session in
      let message = session.unique("wake up")
      var cursor = try session.start()
      var held = try session.poll(cursor)
      session.pause(.milliseconds(150))
      // A poll that was answered too early is the matter of another rule.
      if !session.isHeld(held) {
        cursor = try session.batch(held).cursor
        held = try session.poll(cursor)
      }
      try session.post(message)
      let start = ContinuousClock.now
      try session.collect([message], after: cursor, held: held)
      guard ContinuousClock.now - start < .milliseconds(900) else {
        throw Fault(
          expected: "the answer at once after the post", got: "It took \(ContinuousClock.now - start).")
      }
    },
    Rule(
      "everyone", "A message answers all polls that are held, at once.", clause: "the exercise",
      hint: "Wake everybody who waits, not only the first.", attempts: 2
    ) { session in
      let message = session.unique("to all")
      let cursor = try session.start()
      let held = [try session.poll(cursor), try session.poll(cursor), try session.poll(cursor)]
      session.pause(.milliseconds(150))
      try session.post(message)
      let start = ContinuousClock.now
      for socket in held { try session.collect([message], after: cursor, held: socket) }
      try session.expectAllAtOnce(since: start)
    },
  ]

  private static let delivery = [
    Rule(
      "between-polls", "A message that comes between two polls is not lost.", clause: "RFC 6202 §2.2",
      hint:
        "Keep the messages, and let the cursor say which ones the client has. The article answers only those who wait."
    ) { session in
      let messages = [session.unique("first"), session.unique("second")]
      let cursor = try session.start()
      let held = try session.poll(cursor)
      session.pause(.milliseconds(50))
      try session.post(messages[0])
      let batch = try session.collect([messages[0]], after: cursor, held: held)
      try session.post(messages[1])
      try session.collect([messages[1]], after: batch.cursor)
    },
    Rule(
      "together", "Messages that wait for a client come in one answer, the oldest first.", clause: "RFC 6202 §2.2",
      hint: "Answer everything after the cursor, in the order in which it was posted."
    ) { session in
      let messages = ["one", "two", "three"].map(session.unique)
      let cursor = try session.start()
      for message in messages { try session.post(message) }
      let batch = try session.batch(try session.poll(cursor))
      guard batch.messages.filter({ messages.contains($0) }) == messages else {
        throw Fault(
          expected: "one, two and three, in this order, in one answer",
          got: "The answer has \(batch.messages.map { Readable.quoted($0) }.joined(separator: ", ")).")
      }
    },
    Rule(
      "once", "A client gets no message twice.", clause: "the exercise",
      hint: "The cursor of an answer stands after its last message."
    ) { session in
      // For a poll that finds the message, and for one that waits for it.
      for isWaiting in [false, true] {
        let message = session.unique("once")
        let cursor = try session.start()
        let waiting = isWaiting ? try session.poll(cursor) : nil
        if isWaiting { session.pause(.milliseconds(50)) }
        try session.post(message)
        let first = try session.collect([message], after: cursor, held: waiting)
        guard first.messages.count(where: { $0 == message }) == 1 else {
          throw Fault(expected: "the message once", got: "It stands in one answer twice.")
        }
        let held = try session.poll(first.cursor)
        if case .silence = try held.receive(by: session.deadline(.milliseconds(200))) {
          held.close()
          continue
        }
        guard try !session.batch(held).messages.contains(message) else {
          throw Fault(expected: "the message in one answer", got: "It came again with the cursor of its own answer.")
        }
      }
    },
    Rule(
      "own-place", "Each client has its own place: what one has read is still there for another.",
      clause: "the exercise",
      hint: "Do not take messages out of the list when somebody gets them."
    ) { session in
      let messages = [session.unique("left"), session.unique("right")]
      let cursor = try session.start()
      for message in messages { try session.post(message) }
      try session.collect(messages, after: cursor)
      try session.collect(messages, after: cursor)
    },
    Rule(
      "keeps-place", "An answer without messages keeps the client's place.", clause: "the exercise",
      hint: "Its cursor is the one that was asked with, or another that stands at the same place."
    ) { session in
      let messages = [session.unique("old"), session.unique("new")]
      var cursor = try session.start()
      try session.post(messages[0])
      cursor = try session.collect([messages[0]], after: cursor).cursor
      let held = try session.poll(cursor)
      // No answer at all, and one with messages, are the matter of other rules.
      guard case .bytes = try held.receive(by: session.deadline(Session.holdLimit)) else { return }
      let empty = try session.batch(held)
      guard empty.messages.isEmpty else { return }
      try session.post(messages[1])
      let batch = try session.collect([messages[1]], after: empty.cursor)
      guard !batch.messages.contains(messages[0]) else {
        throw Fault(expected: "only the new message", got: "The old one came again.")
      }
    },
    Rule(
      "history", "At least the last 50 messages are kept.", clause: "the exercise; RFC 6202 §2.2",
      hint: "A client may be away for longer than one message. Drop the oldest only when there are more than that."
    ) { session in
      let cursor = try session.start()
      let messages = (1...50).map { session.unique("number \($0)") }
      for message in messages { try session.post(message) }
      try session.collect(messages, after: cursor)
    },
  ]

  private static let life = [
    Rule(
      "leaving", "When a client leaves, its poll is not held any longer.", clause: "the exercise; RFC 6202 §2.2",
      hint: "The end of the connection must end the wait, with its timer. In the article the timer goes on.",
      attempts: 2
    ) { session in
      let cursor = try session.start()
      try session.expectLettingGo(at: "/waiting") { try session.poll(cursor) }
    }
  ]
}
