// The rules for polls that acknowledge: what was not acknowledged comes again, what was does not.

enum AcknowledgingRules {
  static let all = posting + polling + waiting

  private static let posting = [
    Rule(
      "post", "POST /im is answered by a status 2xx and the number of the message.", clause: "the exercise",
      hint: #"Answer 201 and {"id": 4}."#
    ) { _ = try AcknowledgingClient($0, history: nil).number("hello") },
    Rule(
      "numbers", "The number of a message is one more than that of the message before.", clause: "the exercise",
      hint: "One counter, counted up when a message is kept. A client sees a gap, and knows that something is missing."
    ) { session in
      let client = AcknowledgingClient(session, history: nil)
      let ids = [try client.number("one"), try client.number("two"), try client.number("three")]
      guard ids == [ids[0], ids[0] + 1, ids[0] + 2] else {
        throw Fault(
          expected: "three numbers such as 4, 5, 6", got: "They are \(ids.map { String($0) }.joined(separator: ", ")).")
      }
    },
    Rule(
      "name", "What is no JSON, or has no name, is refused with 400.", clause: "the exercise; RFC 9110 §15.5.1",
      hint: "name is required, data and id are not."
    ) { session in
      let client = AcknowledgingClient(session, history: nil)
      try client.post("hello", name: nil).answer.expectStatus(400, for: #"{"data": "hello"}"#)
      try session.post("{\"name\":", to: "/im").answer.expectStatus(400, for: "{\"name\":")
    },
    Rule(
      "same-mark", "A message that comes again with the same id is kept once, and answered by the same number.",
      clause: "the exercise; RFC 9110 §9.2.2",
      hint: "The answer got lost, so the sender sends again. Remember the ids with their numbers."
    ) { session in
      let client = try AcknowledgingClient(session)
      let mark = session.unique("mark")
      let first = try client.number("again", mark: mark)
      let between = try client.number("between")
      let second = try client.number("again", mark: mark)
      let news = try client.poll("after=\(first - 1)")
      guard first == second, news.messages.filter({ $0.id >= first }).map(\.data) == ["again", "between"] else {
        throw Fault(
          expected: "the number \(first) both times, and two messages",
          got: "The numbers are \(first) and \(second) (with \(between) between them); a poll gets \(news.text).")
      }
    },
    Rule(
      "other-mark", "Two messages with the same data are two messages, when they have different ids or none.",
      clause: "the exercise", hint: "Only the sender's id tells a repetition from somebody who says the same again."
    ) { session in
      let client = AcknowledgingClient(session, history: nil)
      let ids = [
        try client.number("yes"), try client.number("yes"), try client.number("yes", mark: session.unique("a")),
        try client.number("yes", mark: session.unique("b")),
      ]
      guard Set(ids).count == 4 else {
        throw Fault(
          expected: "four numbers", got: "They are \(ids.map { String($0) }.joined(separator: ", ")).")
      }
    },
  ]

  private static let polling = [
    Rule(
      "after", "A poll gets everything after its number, in order, with name and data.", clause: "the exercise",
      hint: "after=3: this client has everything up to 3."
    ) { session in
      let client = try AcknowledgingClient(session)
      let first = try client.number("one")
      try client.post("two \"\\\" é 漢 🙂", name: "greeting")
      let batch = try client.poll("after=\(first - 1)")
      try client.expect(["one", "two \"\\\" é 漢 🙂"], batch, "after \(first - 1)")
      guard batch.messages.map(\.name) == ["message", "greeting"], batch.messages[0].id == first else {
        throw Fault(
          expected: "the names message and greeting, the first with the number \(first)",
          got: "They are \(batch.messages.map(\.name).joined(separator: " and ")), and it has \(batch.messages[0].id).")
      }
    },
    Rule(
      "again", "What was not acknowledged comes again.", clause: "the exercise",
      hint: "The answer may have got lost. Do not take a message for delivered because it was sent."
    ) { session in
      let client = try AcknowledgingClient(session)
      let cursor = try client.number("again") - 1
      for _ in 1...3 { try client.expect(["again"], try client.poll("after=\(cursor)"), "each time after \(cursor)") }
    },
    Rule(
      "acknowledged", "What was acknowledged does not come again.", clause: "the exercise",
      hint: "Leave out what is not after the number."
    ) { session in
      let client = try AcknowledgingClient(session)
      let first = try client.number("one")
      try client.post("two")
      try client.expect(["two"], try client.poll("after=\(first)"), "after \(first)")
    },
    Rule(
      "gaps", "What is named in c does not come either; what is missing between comes.", clause: "the exercise",
      hint: "c=5,7: beyond after the client has these too. Leave out just them."
    ) { session in
      let client = try AcknowledgingClient(session)
      let ids = try ["one", "two", "three", "four"].map { try client.number($0) }
      let batch = try client.poll("after=\(ids[0] - 1)&c=\(ids[0]),\(ids[2])")
      try client.expect(["two", "four"], batch, "after \(ids[0] - 1), when \(ids[0]) and \(ids[2]) are acknowledged")
    },
    Rule(
      "own-place", "One client's acknowledgements change nothing for another.", clause: "the exercise",
      hint: "Keep nothing about a client: everything stands in its poll."
    ) { session in
      let (client, other) = (try AcknowledgingClient(session), try AcknowledgingClient(session))
      let number = try client.number("for both")
      try client.post("later")
      _ = try client.poll("after=\(number)")
      try client.expect(["for both", "later"], try other.poll("after=\(number - 1)"), "for the other client")
    },
    Rule(
      "history", "A client with another history, or with none, gets everything that is kept.", clause: "the exercise",
      hint: "After a restart the numbers begin anew: what the client says is about other messages."
    ) { session in
      let number = try AcknowledgingClient(session, history: nil).number("kept")
      for history in [nil, "of another server"] {
        let batch = try AcknowledgingClient(session, history: history).poll("after=\(number)&c=\(number)")
        guard batch.messages.last?.data == "kept", !batch.history.isEmpty else {
          throw Fault(
            expected: "everything, for \(history.map { "the history \($0)" } ?? "no history")",
            got: "The answer has \(batch.text).")
        }
      }
    },
    Rule(
      "no-number", "An after or a c that is no number is refused with 400.", clause: "the exercise; RFC 9110 §15.5.1",
      hint: "What stands in the query comes from outside: check it before you use it."
    ) { session in
      for query in ["after=banana", "after=0&c=1,banana"] {
        try session.fetch("GET", "/im?" + query).answer.expectStatus(400, for: query)
      }
    },
    Rule(
      "json", "The answers are JSON, say so, and are kept by no cache.", clause: "RFC 8259 §11; RFC 9111 §5.2.2.5",
      hint: "Content-Type: application/json, Cache-Control: no-store."
    ) { session in
      try AcknowledgingClient(session, history: nil).post("json")
      let answer = try session.fetch("GET", "/im").answer
      try answer.expectType("application/json")
      try answer.expectNotStored()
    },
  ]

  private static let waiting = [
    Rule(
      "held", "A poll of a client that has everything is held.", clause: "RFC 6202 §2.1",
      hint: "Do not answer an empty list at once."
    ) { session in
      let client = try AcknowledgingClient(session)
      try session.expectHeld(try client.ask("after=\(try client.number("last"))"))
    },
    Rule(
      "held-gaps", "So is one that has everything by its c.", clause: "the exercise",
      hint: "First leave out what is acknowledged, then look whether anything is left."
    ) { session in
      let client = try AcknowledgingClient(session)
      let number = try client.number("last")
      let held = try client.ask("after=\(number - 1)&c=\(number)")
      // That it does not come is the matter of another rule.
      guard case .bytes = try held.receive(by: session.deadline(.milliseconds(300))) else { return }
      if try client.batch(held).messages.isEmpty {
        throw Fault(expected: "no answer while everything is acknowledged", got: "An empty answer came at once.")
      }
    },
    Rule(
      "time-limit", "When nothing comes for a while, a poll is answered without messages.",
      clause: "RFC 6202 §2.1, §5.5", hint: "After 2 s answer an empty list: proxies cut what lasts too long."
    ) { session in
      let client = try AcknowledgingClient(session)
      try client.expect([], try client.poll("after=\(try client.number("last"))"), "when nothing was posted")
    },
    Rule(
      "wake", "A new message answers a held poll at once, with nothing that the client has.", clause: "RFC 6202 §2.1",
      hint: "Wake the held polls; each gets what it does not have.", attempts: 2
    ) { session in
      let client = try AcknowledgingClient(session)
      let number = try client.number("known")
      let held = try client.ask("after=\(number)")
      session.pause(.milliseconds(150))
      try client.post("wake up")
      let start = ContinuousClock.now
      try client.expect(["wake up"], try client.batch(held), "after \(number)")
      guard ContinuousClock.now - start < .milliseconds(900) else {
        throw Fault(expected: "the answer at once after the post", got: "It took \(ContinuousClock.now - start).")
      }
    },
    Rule(
      "everyone", "A new message answers all polls that are held, at once.", clause: "the exercise",
      hint: "Wake everybody who waits, not only the first.", attempts: 2
    ) { session in
      let client = try AcknowledgingClient(session)
      let number = try client.number("known")
      let query = "after=\(number)"
      let held = [try client.ask(query), try client.ask(query), try client.ask(query)]
      session.pause(.milliseconds(150))
      try client.post("to all")
      let start = ContinuousClock.now
      for socket in held { try client.expect(["to all"], try client.batch(socket), query) }
      try session.expectAllAtOnce(since: start)
    },
  ]
}
