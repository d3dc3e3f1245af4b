// The rules for polling: short answers, at once, and never from a cache.

import FoundationEssentials

extension Session {
  fileprivate func time() throws -> WholeAnswer { try fetch("GET", "/time") }
}

extension WholeAnswer {
  /// The decimal number that is the body, which may end in a line end.
  fileprivate var number: Int? {
    let words = text.split(whereSeparator: \.isWhitespace)
    return words.count == 1 && words[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }) ? Int(words[0]) : nil
  }
}

enum PollingRules {
  static let all = [
    Rule(
      "status", "GET /time is answered with the status 200.", clause: "RFC 9110 §15.3.1",
      hint: "200 is also the default."
    ) { session in
      let answer = try session.time()
      guard answer.status == 200 else { throw Fault(expected: "status 200", got: "The status is \(answer.status).") }
    },
    Rule(
      "type", "The answer says that it is plain text.", clause: "the exercise; RFC 9110 §8.3",
      hint: "Content-Type: text/plain. Without a type the browser has to guess."
    ) { try $0.time().answer.expectType("text/plain") },
    Rule(
      "number", "The body is the time in milliseconds since 1970, in decimal digits.", clause: "the exercise",
      hint: "An integer: no fraction, no separators, and milliseconds, not seconds."
    ) { session in
      let answer = try session.time()
      let now = Int(Date().timeIntervalSince1970 * 1000)
      // The clock of the other machine may be wrong; this is only to tell milliseconds from something else.
      guard let number = answer.number, abs(number - now) < 24 * 3_600_000 else {
        throw Fault(expected: "a number near \(now)", got: "The body is \(Readable.quoted(answer.body)).")
      }
    },
    Rule(
      "fresh", "Each answer has the time of its own request.", clause: "the exercise",
      hint: "Look at the clock in the handler, not once when the server starts."
    ) { session in
      let first = try session.time()
      session.pause(.milliseconds(60))
      let second = try session.time()
      guard first.text != second.text else {
        throw Fault(expected: "a later time after 60 ms", got: "Both answers are \(Readable.quoted(first.body)).")
      }
      // What is no number is the matter of another rule. (The clock is read with some milliseconds of tolerance.)
      guard let earlier = first.number, let later = second.number, later - earlier < 50 else { return }
      throw Fault(
        expected: "a number that is greater by 60 or more after 60 ms",
        got: "After \(earlier) came \(later): the time of another request, or a clock that goes wrong.")
    },
    Rule(
      "no-store", "No cache keeps the answer.", clause: "RFC 9111 §5.2.2.5",
      hint: "Cache-Control: no-store. With no-cache it is kept, too; with neither the page may see an old answer again."
    ) { try $0.time().answer.expectNotStored() },
    Rule(
      "at-once", "The answer comes at once.", clause: "the exercise",
      hint: "Do not wait for anything: that is long polling.", attempts: 2
    ) { session in
      let start = ContinuousClock.now
      _ = try session.time()
      guard ContinuousClock.now - start < .seconds(1) else {
        throw Fault(expected: "an answer within a second", got: "It took \(ContinuousClock.now - start).")
      }
    },
    Rule(
      "end", "The end of the answer can be told.", clause: "RFC 9112 §6.3",
      hint: "A Content-Length with the number of bytes, or chunks with the last one, or the end of the connection."
    ) { session in
      let answer = try session.time()
      guard answer.end == .orderly, answer.answer.socket.unread.isEmpty else {
        throw Fault(
          expected: "a body of exactly the length that the head announces",
          got: answer.end == .orderly
            ? "There is more after its end." : answer.end == .cut ? "Less than that came." : "The end did not come.")
      }
    },
    Rule(
      "not-found", "What is not there is answered with 404.", clause: "RFC 9110 §15.5.5",
      hint: "Only /time is there. A 200 for everything hides every misspelt address."
    ) { session in
      let answer = try session.fetch("GET", "/nothing-here")
      guard answer.status == 404 else { throw Fault(expected: "status 404", got: "The status is \(answer.status).") }
    },
  ]
}
