// The rules for server-sent events (WHATWG HTML §9.2).

extension Session {
  /// Opens the stream; an answer that is not one is a fault.
  func events(at path: String = "/events", after id: String? = nil) throws -> EventStreamReader {
    var fields = [("Accept", "text/event-stream")]
    if let id { fields.append(("Last-Event-ID", id)) }
    let answer = try open("GET", path, fields)
    try answer.expectStatus(200, for: "GET \(path)")
    return EventStreamReader(answer)
  }

  func tick(_ stream: EventStreamReader) throws -> StreamEvent {
    try stream.next("message", by: deadline())
  }

  func say(_ text: String) throws {
    try post(text, to: "/say").answer.expectSuccess(of: "POST /say")
  }

  /// Says a text and checks how it arrives.
  func hear(_ text: String, as data: String) throws {
    let stream = try events()
    _ = try tick(stream)
    try say(text)
    let event = try stream.next("say", by: deadline())
    guard event.data.isExactly(data) else {
      throw Fault(
        expected: "an event of the type say with the data \(Readable.quoted(data))",
        got: "Its data is \(Readable.quoted(event.data)).")
    }
  }
}

enum EventStreamRules {
  static let all = format + text + life

  private static let format = [
    Rule(
      "type", "The answer has the status 200 and the type text/event-stream.", clause: "WHATWG HTML §9.2.3",
      hint: "For any other type the browser gives up at once and does not come back."
    ) { try $0.events().answer.expectType("text/event-stream") },
    Rule(
      "cache", "Caches are told to keep nothing of a stream.", clause: "WHATWG HTML §9.2.7; RFC 9111 §5.2.2",
      hint: "Send Cache-Control: no-cache (or no-store)."
    ) { try $0.events().answer.expectNotStored(isStream: true) },
    Rule(
      "blank-line", "An empty line ends each event as soon as it happens, not when the next one begins.",
      clause: "WHATWG HTML §9.2.6",
      hint:
        "Write the empty line with the event: it ends in \\n\\n. Without it the browser keeps waiting for more lines.",
      attempts: 2
    ) { session in
      let stream = try session.events()
      let first = try session.tick(stream)
      let second = try session.tick(stream)
      let gap = second.dataTime - first.dataTime
      guard first.time - first.dataTime < max(.milliseconds(30), gap / 2) else {
        throw Fault(
          expected: "the empty line together with the event",
          got: "It came only with the next event: every event is seen one tick late.")
      }
    },
    Rule(
      "data", "The data of the nth event is the text tick n.", clause: "the exercise; WHATWG HTML §9.2.6",
      hint: "data: tick 1 for the event with id 1. One line, and nothing else in it."
    ) { session in
      let stream = try session.events()
      for _ in 1...2 {
        let event = try session.tick(stream)
        // Whatever the number is: that is the matter of other rules.
        guard event.data.hasPrefix("tick "), Int(event.data.dropFirst(5)) != nil,
          event.id == nil || event.data == "tick " + (event.id ?? "")
        else {
          throw Fault(
            expected: "data: tick \(event.id ?? "n")", got: "The event's data is \(Readable.quoted(event.data)).")
        }
      }
    },
    Rule(
      "id", "Each tick has an id, which is one more than the id before.", clause: "the exercise; WHATWG HTML §9.2.6",
      hint: "An id: line in each tick. Without it the browser cannot say where it was."
    ) { session in
      let stream = try session.events()
      let ids = [try session.tick(stream), try session.tick(stream), try session.tick(stream)].map(\.id)
      guard let first = ids[0].flatMap({ Int($0) }), ids == [first, first + 1, first + 2].map({ String($0) }) else {
        throw Fault(
          expected: "three ids such as 1, 2, 3", got: "They are \(ids.map { $0 ?? "(none)" }.joined(separator: ", ")).")
      }
    },
    Rule(
      "retry", "The stream says after how many milliseconds to come back, in digits alone.",
      clause: "the exercise; WHATWG HTML §9.2.6", hint: "A line retry: 1000, before the first event or in it."
    ) { session in
      let stream = try session.events()
      _ = try session.tick(stream)
      guard stream.retries.first == "1000" else {
        throw Fault(
          expected: "a line retry: 1000, not later than the first tick",
          got: stream.retries.first.map { "The value is \(Readable.quoted($0))." } ?? "There is no such line.")
      }
    },
    Rule(
      "unbuffered", "Each event is sent when it happens, not kept to fill a buffer.", clause: "RFC 6202 §3.2",
      hint: "Flush after every event; look for a buffer in your framework or in a proxy.", attempts: 2
    ) { session in
      let stream = try session.events()
      var times: [ContinuousClock.Instant] = []
      for _ in 1...5 { times.append(try session.tick(stream).dataTime) }
      // One short gap can be our own: a busy machine lets us look late.
      guard zip(times, times.dropFirst()).count(where: { $1 - $0 < .milliseconds(15) }) <= 1 else {
        throw Fault(
          expected: "one tick at a time, at least 50 ms apart", got: "Several ticks came in the same moment.")
      }
    },
  ]

  private static let text = [
    Rule(
      "say", "What is posted to /say comes to every open stream, as an event of the type say.",
      clause: "the exercise; WHATWG HTML §9.2.6", hint: "Keep a list of the open streams, and write to each of them."
    ) { session in
      let streams = [try session.events(), try session.events()]
      for stream in streams { _ = try session.tick(stream) }
      try session.say("hello")
      for stream in streams {
        let event = try stream.next("say", by: session.deadline())
        // How the text is written is the matter of other rules.
        guard trimmed(event.data[...]) == "hello" else {
          throw Fault(expected: "the data hello", got: "The data is \(Readable.quoted(event.data)).")
        }
      }
    },
    Rule(
      "say-no-id", "Such an event has no id.", clause: "the exercise; WHATWG HTML §9.2.6",
      hint: "An id is where the browser goes on when it comes back: that is the number of a tick."
    ) { session in
      let stream = try session.events()
      _ = try session.tick(stream)
      try session.say("hello")
      if let id = try stream.next("say", by: session.deadline()).id {
        throw Fault(expected: "no line id", got: "There is one: \(Readable.quoted(id)).")
      }
    },
    Rule(
      "lines", "A text of several lines becomes several data lines.", clause: "WHATWG HTML §9.2.6",
      hint: "Split the text at its line ends and write data: before each line. Otherwise its second line is a field."
    ) { try $0.hear("first\nid: 666\nlast", as: "first\nid: 666\nlast") },
    Rule(
      "carriage-return", "CR and CR LF end a line too.", clause: "WHATWG HTML §9.2.5",
      hint:
        "Split at CR LF, at CR and at LF: the browser does. Whoever posts a CR could otherwise write fields of his own."
    ) { try $0.hear("first\rdata: second\r\nthird", as: "first\ndata: second\nthird") },
    Rule(
      "other-ends", "No other character ends a line.", clause: "WHATWG HTML §9.2.5",
      hint:
        "U+2028, U+0085 and the like are characters of a text here. Do not split with what takes them for line ends."
    ) { try $0.hear("one\u{2028}two\u{85}three\u{0C}four", as: "one\u{2028}two\u{85}three\u{0C}four") },
    Rule(
      "empty-line", "An empty line in a text does not end the event.", clause: "WHATWG HTML §9.2.6",
      hint: "An empty line of the text is a line data: of the event."
    ) { try $0.hear("above\n\nbelow", as: "above\n\nbelow") },
    Rule(
      "space", "A text that begins with a space keeps it.", clause: "WHATWG HTML §9.2.6",
      hint: "The browser takes away one space after the colon, so write one: data: and a space, then the text."
    ) { try $0.hear(" indented", as: " indented") },
    Rule(
      "utf-8", "The stream is UTF-8.", clause: "WHATWG HTML §9.2.5",
      hint:
        "Read the whole body, then decode it as UTF-8: its pieces can divide a character. Event streams are always UTF-8."
    ) { try $0.hear("é 漢 🙂", as: "é 漢 🙂") },
  ]

  private static let life = [
    Rule(
      "own-count", "Each client has its own count, which begins at 1.", clause: "the exercise",
      hint: "The counter belongs to the stream. The article had one for the whole server."
    ) { session in
      let first = try session.events()
      _ = try session.tick(first)
      let second = try session.events()
      let event = try session.tick(second)
      guard event.id ?? "1" == "1", !event.data.hasPrefix("tick ") || event.data == "tick 1" else {
        throw Fault(
          expected: "a second client begins at 1 while the first one goes on",
          got: "Its first event has the id \(event.id ?? "") and the data \(Readable.quoted(event.data)).")
      }
    },
    Rule(
      "last-event-id", "A client that comes back with Last-Event-ID goes on after that id.",
      clause: "WHATWG HTML §9.2.4", hint: "Read the field Last-Event-ID of the request; the next id is one more."
    ) { session in
      let event = try session.tick(try session.events(after: "41"))
      guard event.id ?? "42" == "42", !event.data.hasPrefix("tick ") || event.data == "tick 42" else {
        throw Fault(
          expected: "the event with the id 42 after Last-Event-ID: 41",
          got: "The event has the id \(event.id ?? "") and the data \(Readable.quoted(event.data)).")
      }
    },
    Rule(
      "foreign-id", "A Last-Event-ID that is no number is as good as none.", clause: "the exercise",
      hint: "The field comes from outside: anything can stand in it."
    ) { session in
      for id in ["banana", "-5"] {
        let event = try session.tick(try session.events(after: id))
        guard event.id ?? "1" == "1", !event.data.hasPrefix("tick ") || event.data == "tick 1" else {
          throw Fault(
            expected: "the count begins at 1 after Last-Event-ID: \(id)",
            got: "The event has the id \(event.id ?? "") and the data \(Readable.quoted(event.data)).")
        }
      }
    },
    Rule(
      "no-content", "When there is nothing more to come, the status 204 keeps the browser from coming back.",
      clause: "WHATWG HTML §9.2.3", hint: "For a Last-Event-ID of 100 or more answer 204, without a body."
    ) { session in
      let answer = try session.open("GET", "/events", [("Last-Event-ID", "100")])
      guard answer.status == 204 else {
        throw Fault(expected: "status 204 after Last-Event-ID: 100", got: "The status is \(answer.status).")
      }
    },
    Rule(
      "leaving", "When a client leaves, its timer ends.", clause: "the exercise; RFC 6202 §3.2",
      hint: "The end of the connection must stop what runs for it. In the article the timer goes on for ever."
    ) { session in
      let streams = [try session.events(), try session.events()]
      for stream in streams { _ = try session.tick(stream) }
      try session.waitForCount(2, at: "/clients", "while two streams are open")
      for stream in streams { stream.answer.socket.close() }
      try session.waitForCount(0, at: "/clients", "after both have been closed")
    },
  ]
}
