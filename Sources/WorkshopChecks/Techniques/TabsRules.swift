// The rules for one stream that many read: what is posted on the bus comes to every reader, with the same number.

extension Session {
  fileprivate func read(after id: String? = nil) throws -> EventStreamReader {
    try events(at: "/bus", after: id)
  }

  fileprivate func readers(_ count: Int) throws -> [EventStreamReader] {
    let readers = try (0..<count).map { _ in try read() }
    pause(.milliseconds(100))
    return readers
  }

  fileprivate func put(_ text: String) throws {
    try post(text, to: "/bus").answer.expectSuccess(of: "POST /bus")
  }

  fileprivate func next(_ reader: EventStreamReader, for what: String = "an event for each text") throws -> StreamEvent
  {
    try reader.next("message", for: what, by: deadline())
  }

  /// Events until one has this text.
  @discardableResult
  fileprivate func next(_ reader: EventStreamReader, _ text: String) throws -> StreamEvent {
    let event = try next(reader, for: "an event with the data \(Readable.quoted(text))")
    guard event.data == text else {
      throw Fault(
        expected: "an event with the data \(Readable.quoted(text))", got: "Its data is \(Readable.quoted(event.data)).")
    }
    return event
  }
}

enum TabsRules {
  static let all = stream + everybody + comingBack

  private static let stream = [
    Rule(
      "type", "The stream is an event stream.", clause: "WHATWG HTML §9.2.3", hint: "Content-Type: text/event-stream."
    ) { try $0.read().answer.expectType("text/event-stream") },
    Rule(
      "cache", "Caches are told to keep nothing of it.", clause: "WHATWG HTML §9.2.7; RFC 9111 §5.2.2",
      hint: "Send Cache-Control: no-cache (or no-store)."
    ) { try $0.read().answer.expectNotStored(isStream: true) },
    Rule(
      "opened", "A reader hears at once that the stream is open, also while there is nothing to say.",
      clause: "the exercise; WHATWG HTML §9.2.3",
      hint:
        "Send the head at once. Many frameworks keep it until the first byte of the body: flush it, or send a comment."
    ) { session in
      do {
        _ = try session.answer(
          on: try session.send("GET", "/bus", [("Accept", "text/event-stream")]), within: .seconds(1))
      } catch let fault as Fault where fault.kind == .silent {
        throw Fault(expected: "the head of the answer at once", got: "It did not come: is it kept for the first event?")
      }
    },
    Rule(
      "comment", "A quiet stream gets a comment at least every second.", clause: "WHATWG HTML §9.2.7",
      hint: "A line that begins with a colon, and an empty line: it tells a client that the way is open.",
      attempts: 2
    ) { session in
      let reader = try session.read()
      // The first one may be a greeting.
      for _ in 1...2 where !(try reader.hasComment(by: session.deadline(.milliseconds(1900)))) {
        throw Fault(expected: "a comment line within a second", got: "There came none in 1.9 s.")
      }
    },
    Rule(
      "lines", "A text of several lines arrives whole.", clause: "WHATWG HTML §9.2.5, §9.2.6",
      hint: "Split at CR LF, CR and LF, at nothing else, and write data: before each line."
    ) { session in
      let reader = try session.readers(1)[0]
      try session.put("one\ndata: two\r\n\rid: 3\u{2028}\u{85}three")
      try session.next(reader, "one\ndata: two\n\nid: 3\u{2028}\u{85}three")
    },
  ]

  private static let everybody = [
    Rule(
      "everyone", "Every reader gets every text.", clause: "the exercise",
      hint: "Keep a list of the open streams, and write to each: do not share the texts out among them."
    ) { session in
      let readers = try session.readers(6)
      let texts = ["one", "two", "three"]
      for text in texts { try session.put(text) }
      for reader in readers {
        let got = Set(try texts.map { _ in try session.next(reader, for: "one, two and three for each of six").data })
        guard got == Set(texts) else {
          throw Fault(
            expected: "one, two and three for each of six", got: "One got \(got.sorted().joined(separator: ", ")).")
        }
      }
    },
    Rule(
      "order", "The texts come in the order in which they were posted.", clause: "the exercise",
      hint: "Number a text when it is posted, and write it before the next one is taken."
    ) { session in
      let reader = try session.readers(1)[0]
      let texts = (1...10).map { "number \($0)" }
      for text in texts { try session.put(text) }
      let got = try texts.map { _ in try session.next(reader).data }
      guard got == texts else {
        throw Fault(expected: "number 1 to number 10", got: "There came \(got.joined(separator: ", ")).")
      }
    },
    Rule(
      "id", "Each event has an id, a number that is one more than the one before.",
      clause: "the exercise; WHATWG HTML §9.2.6", hint: "A line id: in each event. One counter for the whole bus."
    ) { session in
      let reader = try session.readers(1)[0]
      for text in ["one", "two", "three"] { try session.put(text) }
      let ids = [try session.next(reader), try session.next(reader), try session.next(reader)].map(\.id)
      guard let first = ids[0].flatMap({ Int($0) }), ids == [first, first + 1, first + 2].map({ String($0) }) else {
        throw Fault(
          expected: "three ids such as 7, 8, 9", got: "They are \(ids.map { $0 ?? "(none)" }.joined(separator: ", ")).")
      }
    },
    Rule(
      "same-id", "A text has the same id for all readers.", clause: "the exercise",
      hint: "The number belongs to the text and not to the stream: otherwise nobody could come back with it."
    ) { session in
      let first = try session.readers(1)[0]
      try session.put("one")
      _ = try session.next(first)
      let second = try session.readers(1)[0]
      try session.put("two")
      let ids = [try session.next(first).id, try session.next(second).id]
      guard ids[0] == ids[1] else {
        throw Fault(
          expected: "one id for both readers", got: "They got \(ids.map { $0 ?? "(none)" }.joined(separator: " and "))."
        )
      }
    },
    Rule(
      "leaving", "When a reader leaves, the server lets go of it.", clause: "the exercise; RFC 6202 §3.2",
      hint: "The end of the connection must take the stream from the list."
    ) { session in
      try session.waitForCount(0, at: "/readers", "while nobody reads")
      let readers = try session.readers(2)
      try session.waitForCount(2, at: "/readers", "while two read")
      for reader in readers { reader.answer.socket.close() }
      try session.waitForCount(0, at: "/readers", "after both have left")
    },
  ]

  private static let comingBack = [
    Rule(
      "new-only", "A client that comes for the first time gets what is posted from then on.", clause: "the exercise",
      hint: "Without Last-Event-ID the reader begins at the newest number."
    ) { session in
      try session.put("old")
      let reader = try session.readers(1)[0]
      try session.put("new")
      guard try session.next(reader).data != "old" else {
        throw Fault(expected: "the text new", got: "There came the one that was posted before: old.")
      }
    },
    Rule(
      "resume", "A client that comes back with Last-Event-ID gets everything that was posted meanwhile.",
      clause: "WHATWG HTML §9.2.3; the exercise",
      hint: "Keep the last texts with their numbers. Send those after the number first, in order."
    ) { session in
      let reader = try session.readers(1)[0]
      try session.put("seen")
      guard let id = try session.next(reader).id else { return }
      reader.answer.socket.close()
      // As many as have to be kept.
      let missed = (1...20).map { "missed \($0)" }
      for text in missed { try session.put(text) }
      let again = try session.read(after: id)
      let got = try missed.map { _ in try session.next(again, for: "all 20 texts that were posted meanwhile").data }
      guard Set(got) == Set(missed) else {
        throw Fault(
          expected: "all 20 texts that were posted meanwhile",
          got: "There came \(got.prefix(3).joined(separator: ", ")) …")
      }
    },
    Rule(
      "goes-on", "After that the stream goes on with what is new, and with nothing twice.", clause: "the exercise",
      hint: "The reader must be in the list before anything else can be posted, and begin behind what was sent.",
      attempts: 2
    ) { session in
      let reader = try session.readers(1)[0]
      for text in ["seen", "missed"] { try session.put(text) }
      guard let id = try session.next(reader).id else { return }
      let again = try session.read(after: id)
      session.pause(.milliseconds(100))
      try session.put("live")
      let got = try (1...2).map { _ in try session.next(again, for: "missed, then live").data }
      // That what was missed comes is the matter of the rule before.
      guard got[0] != got[1], got[0] == "live" || got[1] == "live" else {
        throw Fault(expected: "missed, then live", got: "There came \(got.joined(separator: ", then ")).")
      }
    },
    Rule(
      "foreign-id", "A Last-Event-ID that is no number is as good as none.", clause: "the exercise",
      hint: "The field comes from outside: anything can stand in it."
    ) { session in
      try session.put("old")
      let reader = try session.read(after: "banana")
      session.pause(.milliseconds(100))
      try session.put("new")
      try session.next(reader, "new")
    },
  ]
}
