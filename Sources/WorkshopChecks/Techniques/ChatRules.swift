// The rules for the chat of an article: polls that are held until somebody speaks, and a form that speaks.

extension Session {
  fileprivate func listen() throws -> WireSocket { try send("GET", "/test") }

  /// Some polls that are held, as far as can be told from outside.
  fileprivate func listeners(_ count: Int) throws -> [WireSocket] {
    let sockets = try (0..<count).map { _ in try listen() }
    pause(.milliseconds(150))
    return sockets
  }

  @discardableResult
  fileprivate func submit(_ form: String) throws -> WholeAnswer {
    try fetch("POST", "/message", [("Content-Type", "application/x-www-form-urlencoded")], body: Array(form.utf8))
  }

  fileprivate func speak(_ text: String) throws {
    try submit("message=" + percentEncoded(text)).answer.expectSuccess(of: "POST /message")
  }

  /// Reads the answer to a poll that was held when somebody spoke.
  @discardableResult
  fileprivate func hear(_ socket: WireSocket, _ text: String) throws -> Answer {
    let answer = try answer(on: socket, for: "an answer with \(Readable.quoted(text)) for each poll that was held")
      .whole(by: deadline())
    guard answer.status == 200, answer.text.isExactly(text) else {
      throw Fault(
        expected: "status 200 and the body \(Readable.quoted(text)) for the poll that was held",
        got: "The status is \(answer.status), the body \(Readable.quoted(answer.body)).")
    }
    return answer.answer
  }
}

enum ChatRules {
  static let all = speaking + hearing

  private static let speaking = [
    Rule(
      "done", "POST /message is answered at once, by 200 and the word done.", clause: "the exercise",
      hint: "A speaker does not wait for anybody to hear it."
    ) { session in
      let answer = try session.submit("message=hello")
      guard answer.status == 200, answer.text.split(whereSeparator: \.isWhitespace) == ["done"] else {
        throw Fault(
          expected: "status 200 and the body done",
          got: "The status is \(answer.status), the body \(Readable.quoted(answer.body)).")
      }
    },
    Rule(
      "form", "The text is read from a form: whatever is in it arrives as it was.", clause: "WHATWG URL §5.1",
      hint: "Let a library read the form. + is a space, %2B is a plus, and what is percent-encoded is UTF-8.",
      attempts: 2
    ) { session in
      let listener = try session.listeners(1)[0]
      // A browser writes a space as a plus.
      try session.submit(
        "name=Ann&message=1+%2B+1+%3D+2+%26+%3Cb%3E100%25%3C%2Fb%3E+%C3%A9+%E6%BC%A2+%F0%9F%99%82%0D%0A!&room=1"
      ).answer.expectSuccess(of: "POST /message")
      try session.hear(listener, "1 + 1 = 2 & <b>100%</b> é 漢 🙂\r\n!")
    },
    Rule(
      "no-field", "A form without the field message is refused with 4xx.", clause: "the exercise; RFC 9110 §15.5",
      hint: "What is missing is the client's fault: answer 400."
    ) { session in
      for form in ["text=hello", ""] {
        try session.submit(form).answer.expectClientError(for: "the form \(Readable.quoted(form))")
      }
    },
    Rule(
      "refused-is-silent", "Nobody hears of a form that was refused.", clause: "the exercise",
      hint: "Look at the form before you wake anybody.", attempts: 2
    ) { session in
      let listener = try session.listeners(1)[0]
      // Whether it is refused is the matter of another rule.
      guard try (400...499).contains(session.submit("text=hello").status) else { return }
      if !session.isHeld(listener) {
        throw Fault(expected: "a poll that is held on", got: "It was answered when a form was refused.")
      }
    },
  ]

  private static let hearing = [
    Rule(
      "held", "A poll is held while nobody speaks.", clause: "RFC 6202 §2.1",
      hint: "Keep the request, and do not answer it before there is a message."
    ) { try $0.expectHeld(try $0.listen(), "while nobody speaks") },
    Rule(
      "wake", "A client that waits hears at once what is said.", clause: "RFC 6202 §2.1",
      hint: "Answer the held requests when the message comes; do not look for it only now and then.", attempts: 2
    ) { session in
      let listener = try session.listeners(1)[0]
      try session.speak("hello")
      let start = ContinuousClock.now
      _ = try session.answer(on: listener, for: "an answer for the poll that was held, after the message")
      guard ContinuousClock.now - start < .milliseconds(900) else {
        throw Fault(expected: "the answer at once after the message", got: "It took \(ContinuousClock.now - start).")
      }
    },
    Rule(
      "everyone", "Everybody who waits hears it at once.", clause: "the exercise",
      hint: "Keep a list of those who wait, and answer each of them.", attempts: 2
    ) { session in
      let listeners = try session.listeners(3)
      try session.speak("everybody")
      let start = ContinuousClock.now
      for listener in listeners { try session.hear(listener, "everybody") }
      try session.expectAllAtOnce(since: start)
    },
    Rule(
      "new-only", "A poll hears what is said after it has begun, and nothing older.", clause: "the exercise",
      hint: "Who has been answered waits no longer. Do not keep the last message for the next one who asks.",
      attempts: 2
    ) { session in
      let before = try session.listeners(1)[0]
      try session.speak("old")
      _ = try session.answer(on: before)
      let listener = try session.listeners(1)[0]
      try session.speak("new")
      let answer = try session.answer(on: listener).whole(by: session.deadline())
      guard answer.text != "old" else {
        throw Fault(expected: "the message new", got: "The one that was said before the poll came: old.")
      }
    },
    Rule(
      "plain", "What somebody has said is plain text, never HTML.", clause: "the exercise; RFC 9110 §8.3",
      hint: "Content-Type: text/plain; charset=utf-8. As text/html, a message could bring a script.", attempts: 2
    ) { session in
      let listener = try session.listeners(1)[0]
      try session.speak("plain")
      try session.answer(on: listener).expectType("text/plain")
    },
    Rule(
      "no-store", "No cache keeps the answer to a poll.", clause: "RFC 6202 §5.6; RFC 9111 §5.2.2.5",
      hint: "Cache-Control: no-store. Otherwise a browser may answer the next poll from its cache.", attempts: 2
    ) { session in
      let listener = try session.listeners(1)[0]
      try session.speak("fresh")
      try session.answer(on: listener).expectNotStored()
    },
    Rule(
      "leaving", "When a client leaves, its poll is not held any longer.", clause: "the exercise; RFC 6202 §2.2",
      hint: "The end of the connection must end the wait.", attempts: 2
    ) { session in try session.expectLettingGo(at: "/waiting") { try session.listen() } },
  ]
}
