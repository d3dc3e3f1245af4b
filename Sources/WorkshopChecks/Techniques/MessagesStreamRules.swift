// The rules for one address with four transports: what the event stream has in common with the lists.

enum MessagesStreamRules {
  static let all = [
    Rule(
      "stream", "A client that asks for text/event-stream gets one.", clause: "RFC 9110 §12.5.1; WHATWG HTML §9.2.3",
      hint: "EventSource sends Accept: text/event-stream. Answer with this Content-Type, at the same address."
    ) { try MessagesClient($0).events("").answer.expectType("text/event-stream") },
    Rule(
      "backlog", "The stream begins with what comes after the cursor.", clause: "the exercise",
      hint: "First what waits in the history, then what is new."
    ) { session in
      let client = MessagesClient(session)
      let cursor = try client.post(["first", "second"])
      let stream = try client.events("?after=\(cursor)")
      for text in ["first", "second"] {
        let message = try client.next(stream).message
        guard message.data == text else {
          throw Fault(expected: "the message \(text)", got: "There came \(message.text).")
        }
      }
    },
    Rule(
      "live", "What is posted later comes on all open streams, at once.", clause: "the exercise",
      hint: "Keep a list of the open streams, and write to each of them.", attempts: 2
    ) { session in
      let client = MessagesClient(session)
      let query = "?after=\(try client.newest())"
      let streams = [try client.events(query), try client.events(query)]
      session.pause(.milliseconds(100))
      try client.post("live")
      let start = ContinuousClock.now
      for stream in streams {
        let message = try client.next(stream, "an event for what is posted now, on each of two streams").message
        guard message.data == "live", ContinuousClock.now - start < .milliseconds(900) else {
          throw Fault(
            expected: "the message live within 800 ms, on each of two streams",
            got: "There came \(message.text), after \(ContinuousClock.now - start).")
        }
      }
    },
    Rule(
      "id", "The id of an event is the number of its message.", clause: "WHATWG HTML §9.2.6",
      hint: "A line id: with the number. The browser sends it back when it comes again."
    ) { session in
      let client = MessagesClient(session)
      let (event, message) = try client.next(try client.events("?after=\(try client.post(["one"]))"))
      guard event.id == String(message.id) else {
        throw Fault(expected: "a line id: \(message.id)", got: "The event's id is \(event.id ?? "missing").")
      }
    },
    Rule(
      "same", "A message has the same number in the list and in the stream.", clause: "the exercise",
      hint: "A client that changes from one transport to another must be able to go on. Number messages, not events."
    ) { session in
      let client = MessagesClient(session)
      let cursor = try client.post(["one", "two"])
      let stream = try client.events("?after=\(cursor)")
      let listed = try client.list("?after=\(cursor)").sorted { $0.id < $1.id }
      let streamed = [try client.next(stream).message, try client.next(stream).message]
      guard listed.map(\.id) == streamed.map(\.id) else {
        throw Fault(
          expected: "the same numbers as in the list: \(NumberedMessage.texts(listed))",
          got: "In the stream they are \(NumberedMessage.texts(streamed)).")
      }
    },
    Rule(
      "last-event-id", "A stream goes on after Last-Event-ID, whatever its address says.",
      clause: "WHATWG HTML §9.2.3",
      hint: "The address of an EventSource stays as it was; what it has seen meanwhile stands in the field."
    ) { session in
      let client = MessagesClient(session)
      let cursor = try client.post(["one", "two"])
      let ids = try client.list("?after=\(cursor)").map(\.id).sorted()
      let message = try client.next(try client.events("?after=\(cursor)", lastEventID: ids[0])).message
      guard message.data == "two" else {
        throw Fault(expected: "the message two after Last-Event-ID: \(ids[0])", got: "There came \(message.text).")
      }
    },
    Rule(
      "stream-reset", "A stream after a message that is no longer kept begins with a reset.", clause: "the exercise",
      hint: "The reset is an event as well, with its number as the id, so that the browser goes on there."
    ) { session in
      let client = MessagesClient(session)
      let old = try client.overflow()
      let message = try client.next(try client.events("", lastEventID: old), "a reset").message
      guard message.isReset else {
        throw Fault(
          expected: "a reset, since 41 messages have come after number \(old)", got: "There came \(message.text).")
      }
    },
  ]
}
