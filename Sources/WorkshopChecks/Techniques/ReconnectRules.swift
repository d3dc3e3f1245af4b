// The rules for the other end of a WebSocket that reconnects. Its frames are the matter of another exercise.

enum ReconnectRules {
  static let all = talking + repeating + comingBack

  private static let talking = [
    Rule(
      "heartbeat", "A heartbeat, which is an empty text, is answered by an empty text.", clause: "the exercise",
      hint: "A script cannot send a ping, so it asks in this way whether anybody is there."
    ) { session in
      let client = try ReconnectingClient(session)
      for _ in 1...2 { try client.expectHeartbeat() }
    },
    Rule(
      "everybody", "What one client says comes to all, also to itself.", clause: "the exercise",
      hint: "Its own message is how the sender knows that it has arrived."
    ) { session in
      let clients = [try ReconnectingClient(session), try ReconnectingClient(session), try ReconnectingClient(session)]
      let mark = session.unique("mark")
      try clients[0].say("to all", mark: mark)
      for (client, who) in zip(clients, ["the client that said it", "a second client", "a third client"]) {
        let message = try client.next("the message to all, for \(who)")
        guard message.data == "to all", message.mark == mark else {
          throw Fault(
            expected: "to all, with the mark \(mark)",
            got: "There came \(Readable.quoted(message.data)) with the mark \(Readable.quoted(message.mark)).")
        }
      }
    },
    Rule(
      "numbers", "Each message has a number that is one more than that of the message before.", clause: "the exercise",
      hint: "One counter for the whole room."
    ) { session in
      let client = try ReconnectingClient(session)
      for text in ["one", "two", "three"] { try client.say(text, mark: session.unique(text)) }
      let ids = [try client.next().id, try client.next().id, try client.next().id]
      guard ids == [ids[0], ids[0] + 1, ids[0] + 2] else {
        throw Fault(
          expected: "three numbers such as 7, 8, 9", got: "They are \(ids.map { String($0) }.joined(separator: ", ")).")
      }
    },
    Rule(
      "text", "Any text arrives as it was said.", clause: "RFC 8259 §7; RFC 6455 §5.6",
      hint: "Let a JSON library read and write the strings."
    ) { session in
      let client = try ReconnectingClient(session)
      let text = "\"quoted\" \\ back\tslash\r\n</script> é 漢 🙂 " + String(repeating: "long ", count: 40)
      try client.say(text, mark: session.unique("mark"))
      try client.expect([text], [try client.next()], "as it was said")
    },
    Rule(
      "nonsense", "What is no message is answered by an error, and the connection goes on.", clause: "the exercise",
      hint: "Catch what your JSON library throws, and send {\"error\": \"…\"}."
    ) { session in
      let client = try ReconnectingClient(session)
      for text in ["nonsense", #"{"data": "without a mark"}"#] {
        try client.peer.send(text)
        try client.expectRefusal()
      }
      try client.say("still here", mark: session.unique("mark"))
      _ = try client.next()
    },
  ]

  private static let repeating = [
    Rule(
      "same-mark", "A message that comes again with the same mark is not said twice.", clause: "the exercise",
      hint: "Keep the marks with the messages: what has a mark that you know is a repetition."
    ) { session in
      let (client, other) = (try ReconnectingClient(session), try ReconnectingClient(session))
      let mark = session.unique("mark")
      for _ in 1...2 { try client.say("once", mark: mark) }
      try client.say("end", mark: session.unique("end"))
      try other.expect(["once", "end"], try other.next(through: "end"), "for the other client")
    },
    Rule(
      "mark-kept", "Nor when it comes again over a new connection.", clause: "the exercise",
      hint: "The marks belong to the room. A client that was cut off cannot know what has arrived, and says it again."
    ) { session in
      let (client, other) = (try ReconnectingClient(session), try ReconnectingClient(session))
      let mark = session.unique("mark")
      try client.say("cut off", mark: mark)
      _ = try client.next()
      client.peer.answer.socket.close()
      let again = try ReconnectingClient(session)
      try again.say("cut off", mark: mark)
      try again.say("end", mark: session.unique("end"))
      try other.expect(["cut off", "end"], try other.next(through: "end"), "for the other client")
    },
    Rule(
      "other-mark", "The same text with another mark is another message.", clause: "the exercise",
      hint: "Only the mark tells a repetition from somebody who says the same again."
    ) { session in
      let client = try ReconnectingClient(session)
      for _ in 1...2 { try client.say("yes", mark: session.unique("yes")) }
      try client.say("end", mark: session.unique("end"))
      try client.expect(["yes", "yes", "end"], try client.next(through: "end"), "in this order")
    },
  ]

  private static let comingBack = [
    Rule(
      "new-only", "A client that comes without after gets what is said from then on.", clause: "the exercise",
      hint: "A client that has nothing begins at the newest number."
    ) { session in
      let client = try ReconnectingClient(session)
      try client.say("old", mark: session.unique("old"))
      _ = try client.next()
      let newcomer = try ReconnectingClient(session)
      try client.say("new", mark: session.unique("new"))
      try newcomer.expect(["new"], try newcomer.next(through: "new"), "for a client that came after old was said")
    },
    Rule(
      "resume", "A client that comes back with after gets all after this number, in order.", clause: "the exercise",
      hint: "Keep at least the last 50 messages, and send those after the number first."
    ) { session in
      let client = try ReconnectingClient(session)
      try client.say("seen", mark: session.unique("seen"))
      let seen = try client.next().id
      let missed = (1...50).map { "missed \($0)" }
      for text in missed { try client.say(text, mark: session.unique(text)) }
      _ = try client.next(through: "missed 50")
      let back = try ReconnectingClient(session, after: seen)
      try back.expect(missed, try back.next(through: "missed 50"), "after \(seen)")
    },
    Rule(
      "goes-on", "And then what is new, with nothing missing and nothing twice.", clause: "the exercise",
      hint:
        "Between sending the history and listening for what is new there must be no time in which something is said."
    ) { session in
      let client = try ReconnectingClient(session)
      let texts = (1...30).map { "number \($0)" }
      try client.say("seen", mark: session.unique("seen"))
      let seen = try client.next().id
      for text in texts.prefix(10) { try client.say(text, mark: session.unique(text)) }
      // It comes back while the others talk.
      let back = try ReconnectingClient(session, after: seen)
      for text in texts.dropFirst(10) { try client.say(text, mark: session.unique(text)) }
      // That they come in order is the matter of the rule before.
      var messages: [ReconnectingClient.Message] = []
      while messages.count < 100, let missing = texts.first(where: { text in !messages.contains { $0.data == text } }) {
        messages.append(try back.next("the message \(missing)"))
      }
      try client.say("end", mark: session.unique("end"))
      messages += try back.next(through: "end")
      let twice = messages.filter { message in messages.count { $0.id == message.id } > 1 }
      guard twice.isEmpty else {
        throw Fault(expected: "each message once", got: "\(Readable.quoted(twice[0].data)) came more than once.")
      }
    },
    Rule(
      "no-number", "An after that is no number is refused: by 400, or by closing.",
      clause: "the exercise; RFC 6455 §7.4.1",
      hint: "Answer the handshake with 400. A browser cannot read that; a close frame with 1008 it can."
    ) { session in
      let expected = "status 400, or the end of the WebSocket, for after=banana"
      do {
        let peer = try WebSocketPeer(session, at: "/reconnect?after=banana")
        switch try peer.next(by: session.deadline(.seconds(1))) {
        case .end: return
        case .frame(let frame) where frame.opcode == 8: return
        case .frame(let frame): throw Fault(expected: expected, got: "There came \(frame.text).")
        case .silence: throw Fault(expected: expected, got: "The WebSocket is open.")
        }
      } catch let fault as Fault where fault.kind == .refused {
        // An error of HTTP is an answer, too.
      }
    },
    Rule(
      "leaving", "When a client vanishes, it is counted no longer, and the others go on.",
      clause: "the exercise; RFC 6455 §7.1.7",
      hint:
        "A connection can end without a close frame. Take it from the list in any case, and catch errors of writing."
    ) { session in
      try session.waitForCount(0, at: "/clients", "while nobody is there")
      let (client, other) = (try ReconnectingClient(session), try ReconnectingClient(session))
      try session.waitForCount(2, at: "/clients", "while two are there")
      other.peer.answer.socket.close()
      for text in ["one", "two"] {
        try client.say(text, mark: session.unique(text))
        _ = try client.next()
      }
      try session.waitForCount(1, at: "/clients", "after one of two has vanished")
    },
  ]
}
