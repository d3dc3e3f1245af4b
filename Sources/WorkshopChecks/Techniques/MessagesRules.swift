// The rules for one address with four transports: POST, a list, a list that waits, and an event stream.

enum MessagesRules {
  static let all = posting + lists + waiting + MessagesStreamRules.all

  private static let posting = [
    Rule(
      "post", "POST is answered by the message with its number, the same that readers get.", clause: "the exercise",
      hint: #"Answer 201 and {"id": 7, "data": "text"}."#
    ) { session in
      let client = MessagesClient(session)
      let text = session.unique("posted")
      let answer = try client.post(text)
      try answer.answer.expectSuccess(of: "POST /api/messages")
      let posted = try answer.json(NumberedMessage.self, like: #"{"id": 7, "data": "text"}"#)
      let listed = try client.list("?after=0").last { $0.data == text }
      guard posted.data == text, listed == nil || listed == posted else {
        throw Fault(
          expected: "the posted text, with the number that it has in the list",
          got: "The answer is \(posted.text); in the list it is \(listed?.text ?? "missing").")
      }
    },
    Rule(
      "numbers", "Each message has a number that is one more than that of the message before.", clause: "the exercise",
      hint: "One counter for all transports, counted up when a message is posted."
    ) { session in
      let client = MessagesClient(session)
      let cursor = try client.post(["one", "two", "three"])
      let ids = try client.list("?after=\(cursor)").map(\.id).sorted()
      guard let first = ids.first, ids == [first, first + 1, first + 2] else {
        throw Fault(
          expected: "three numbers such as 7, 8, 9", got: "They are \(ids.map { String($0) }.joined(separator: ", ")).")
      }
    },
    Rule(
      "text", "Any text arrives as it was posted.", clause: "RFC 8259 §7",
      hint:
        "Read the whole body, then decode it: its pieces can divide a character. Let a JSON library write the string."
    ) { session in
      let client = MessagesClient(session)
      let text = session.unique("\"quoted\" \\ back\tslash\r\n</script> é 漢 🙂")
      let cursor = try client.post([text])
      let messages = try client.list("?after=\(cursor)")
      guard messages.map(\.data) == [text] else {
        throw Fault(
          expected: "the text \(Readable.quoted(text))", got: "The list has \(NumberedMessage.texts(messages)).")
      }
    },
  ]

  private static let lists = [
    Rule(
      "list", "A list has all messages after the cursor, the oldest first.", clause: "the exercise",
      hint: "after is a number that the client has: begin with the one behind it."
    ) { session in
      let client = MessagesClient(session)
      let cursor = try client.post(["one", "two", "three"])
      let messages = try client.list("?after=\(cursor)")
      guard messages.map(\.data) == ["one", "two", "three"] else {
        throw Fault(expected: "one, two and three", got: "The list has \(NumberedMessage.texts(messages)).")
      }
      let rest = try client.list("?after=\(messages[0].id)")
      guard rest == Array(messages.dropFirst()) else {
        throw Fault(
          expected: "two and three after the number of one", got: "The list has \(NumberedMessage.texts(rest)).")
      }
    },
    Rule(
      "whole", "Without a cursor the list has everything that is kept.", clause: "the exercise",
      hint: "A client that comes for the first time has nothing."
    ) { session in
      let client = MessagesClient(session)
      let text = session.unique("kept")
      try client.post(text)
      let messages = try client.list("")
      guard messages.contains(where: { $0.data == text }) else {
        throw Fault(
          expected: "a list with the message that was just posted",
          got: "The list has \(NumberedMessage.texts(messages.suffix(3))).")
      }
    },
    Rule(
      "empty", "When there is nothing after the cursor, the list is empty, and comes at once.", clause: "the exercise",
      hint: "Only a client that asks with wait is made to wait. An empty list is [], with the status 200.", attempts: 2
    ) { session in
      let client = MessagesClient(session)
      let messages = try client.list(try client.ask("?after=\(try client.newest())"), within: .milliseconds(900))
      guard messages.isEmpty else {
        throw Fault(expected: "an empty list", got: "The list has \(NumberedMessage.texts(messages)).")
      }
    },
    Rule(
      "json", "A list is JSON, says so, and is kept by no cache.", clause: "RFC 8259 §11; RFC 9111 §5.2.2.5",
      hint: "Content-Type: application/json, Cache-Control: no-store."
    ) { session in
      let answer = try session.fetch("GET", "/api/messages").answer
      try answer.expectType("application/json")
      try answer.expectNotStored()
    },
    Rule(
      "no-number", "A cursor that is no number is refused with 400.", clause: "the exercise; RFC 9110 §15.5.1",
      hint: "What stands in the query comes from outside: check it before you use it."
    ) { try $0.fetch("GET", "/api/messages?after=banana").answer.expectStatus(400, for: "after=banana") },
    Rule(
      "history", "At least the last 20 messages are kept.", clause: "the exercise; RFC 6202 §2.2",
      hint: "A client may be away for longer than one message."
    ) { session in
      let client = MessagesClient(session)
      let texts = (1...20).map { "number \($0)" }
      let messages = try client.list("?after=\(try client.post(texts))")
      guard Set(messages.map(\.data)).isSuperset(of: texts) else {
        throw Fault(
          expected: "all 20 messages that were posted", got: "The list has \(NumberedMessage.texts(messages)).")
      }
    },
    Rule(
      "reset", "A list after a message that is no longer kept begins with a reset.", clause: "the exercise",
      hint:
        "Not more than 40 are kept. Say that some are lost, and where it goes on: {\"id\": 3, \"name\": \"reset\"}."
    ) { session in
      let client = MessagesClient(session)
      let old = try client.overflow()
      try expectReset(try client.list("?after=\(old)"), "41 messages have come after number \(old)")
    },
    Rule(
      "foreign", "So does a list after a number that was never given out.", clause: "the exercise",
      hint: "It is from another history: before the server was started anew, perhaps. Send everything that is kept."
    ) { session in
      let client = MessagesClient(session)
      let number = try client.post(["one"]) + 1000
      let messages = try client.list("?after=\(number)")
      try expectReset(messages, "\(number) was never given out")
      guard messages.last?.data == "one" else {
        throw Fault(
          expected: "everything that is kept, after the reset",
          got: "The list has \(NumberedMessage.texts(messages.suffix(3))).")
      }
    },
  ]

  private static func expectReset(_ messages: [NumberedMessage], _ why: String) throws {
    guard messages.first?.isReset == true, messages.dropFirst().allSatisfy({ $0.id > messages[0].id && !$0.isReset })
    else {
      throw Fault(
        expected: "a reset to a number before all that follows, since \(why)",
        got: "The list has \(NumberedMessage.texts(messages)).")
    }
  }

  private static let waiting = [
    Rule(
      "held", "With wait the request is held while there is nothing after the cursor.", clause: "RFC 6202 §2.1",
      hint: "The same list, only later: do not answer before there is something, or before the time is over."
    ) { session in
      let client = MessagesClient(session)
      try session.expectHeld(try client.ask("?after=\(try client.newest())&wait=2"))
    },
    Rule(
      "time-limit", "When the time of wait is over, an empty list comes.", clause: "RFC 6202 §2.1, §5.5",
      hint: "wait=1 is one second. What lasts too long is cut by proxies, without a word.", attempts: 2
    ) { session in
      let client = MessagesClient(session)
      let messages = try client.list(try client.ask("?after=\(try client.newest())&wait=1"), within: .seconds(2))
      guard messages.isEmpty else {
        throw Fault(expected: "an empty list", got: "The list has \(NumberedMessage.texts(messages)).")
      }
    },
    Rule(
      "wake", "A message that is posted meanwhile answers a held request at once.", clause: "RFC 6202 §2.1",
      hint: "Wake the held requests when something is posted; do not look for it only now and then.", attempts: 2
    ) { session in
      let client = MessagesClient(session)
      let held = try client.ask("?after=\(try client.newest())&wait=3")
      session.pause(.milliseconds(150))
      try client.post("wake up")
      let messages = try client.list(held, within: .milliseconds(900))
      guard messages.map(\.data) == ["wake up"] else {
        throw Fault(expected: "the message wake up", got: "The list has \(NumberedMessage.texts(messages)).")
      }
    },
    Rule(
      "everyone", "A message answers all requests that are held, at once.", clause: "the exercise",
      hint: "Wake everybody who waits, not only the first.", attempts: 2
    ) { session in
      let client = MessagesClient(session)
      let query = "?after=\(try client.newest())&wait=3"
      let held = [try client.ask(query), try client.ask(query), try client.ask(query)]
      session.pause(.milliseconds(150))
      try client.post("to all")
      let start = ContinuousClock.now
      for socket in held {
        let messages = try client.list(socket)
        guard messages.map(\.data) == ["to all"] else {
          throw Fault(expected: "the message to all", got: "The list has \(NumberedMessage.texts(messages)).")
        }
      }
      try session.expectAllAtOnce(since: start)
    },
  ]
}
