// The rules for XHR streaming: one answer in pieces, each of them sent when it is there.

/// What came of a stream, and when.
private struct Numbers {
  var pieces: [String] = []
  /// When each piece came.
  var times: [ContinuousClock.Instant] = []
  var end = WholeAnswer.End.missing

  var text: String { pieces.joined() }

  /// Where nothing separates them, each piece is taken for one. Nil when there is one piece only: then they cannot be told
  /// apart.
  var numbers: [Int]? {
    let text = text
    if text.contains(where: { !$0.isNumber }) { return text.split { !$0.isNumber }.compactMap { Int($0) } }
    return pieces.count > 1 ? pieces.compactMap { Int($0) } : nil
  }
}

extension Session {
  fileprivate func stream() throws -> Answer {
    let answer = try open("GET", "/stream")
    guard answer.status == 200 else { throw Fault(expected: "status 200", got: "The status is \(answer.status).") }
    return answer
  }

  /// Reads a stream to its end.
  fileprivate func read(_ answer: Answer) throws -> Numbers {
    var numbers = Numbers()
    var count = 0
    while true {
      switch try answer.next(by: deadline()) {
      case .bytes(let bytes):
        count += bytes.count
        numbers.pieces.append(String(decoding: bytes, as: UTF8.self))
        numbers.times.append(.now)
      case .end(let isOrderly):
        numbers.end = isOrderly ? .orderly : .cut
        return numbers
      case .silence: return numbers
      }
      guard count < 100_000 else {
        throw Fault(expected: "ten numbers", got: "More than 100,000 bytes came, and no end.")
      }
    }
  }
}

enum StreamRules {
  static let all = [
    Rule(
      "type", "The answer says that it is plain text.", clause: "the exercise; RFC 9110 §8.3",
      hint: "Content-Type: text/plain."
    ) { try $0.stream().expectType("text/plain") },
    Rule(
      "separator", "A line end follows each number.", clause: "the exercise",
      hint: "One read of the page can hold two numbers, or half of one. In the article 4668 and 4380 become 46684380."
    ) { session in
      let text = try session.read(try session.stream()).text
      guard text.hasSuffix("\n"), text.split(whereSeparator: \.isNewline).allSatisfy({ $0.allSatisfy(\.isNumber) })
      else {
        throw Fault(expected: "lines with a number each", got: "The body is \(Readable.quoted(text)).")
      }
    },
    Rule(
      "ten", "There are ten numbers.", clause: "the exercise", hint: "The article says ten and sends eleven."
    ) { session in
      let stream = try session.read(try session.stream())
      guard let numbers = stream.numbers else { return }
      guard numbers.count == 10 else { throw Fault(expected: "ten numbers", got: "There are \(numbers.count).") }
    },
    Rule(
      "range", "Each number is one from 0 to 9999.", clause: "the exercise", hint: "Four decimal digits at most."
    ) { session in
      guard let numbers = try session.read(try session.stream()).numbers else { return }
      if let wrong = numbers.first(where: { $0 > 9999 }) {
        throw Fault(expected: "numbers from 0 to 9999", got: "One is \(wrong).")
      }
    },
    Rule(
      "unbuffered", "Each number is sent when it is there, not kept to fill a buffer.", clause: "RFC 6202 §3.2",
      hint: "Send each chunk at once; look for a buffer in your framework or in a proxy.", attempts: 2
    ) { session in
      let times = try session.read(try session.stream()).times
      let gaps = zip(times, times.dropFirst()).count { $1 - $0 >= .milliseconds(15) }
      guard gaps >= 7 else {
        throw Fault(
          expected: "one number at a time, at least 50 ms apart",
          got: "There were only \(gaps) pauses between ten numbers.")
      }
    },
    Rule(
      "end", "After the last number the answer ends in order.", clause: "RFC 9112 §7.1, §6.3",
      hint: "The last chunk is 0, CR LF, CR LF. Without it the browser takes the answer for a broken one."
    ) { session in
      let end = try session.read(try session.stream()).end
      guard end == .orderly else {
        throw Fault(
          expected: "the end of the body",
          got: end == .cut ? "The connection was closed before it." : "Nothing came any more, and no end.")
      }
    },
    Rule(
      "own-count", "Each client gets its own ten numbers.", clause: "the exercise",
      hint: "The counter belongs to the answer. The article had one for the whole server."
    ) { session in
      let answers = [try session.stream(), try session.stream()]
      let counts = try answers.map { try session.read($0).numbers?.count }
      // How many one client alone gets is the matter of another rule.
      let alone = try session.read(try session.stream()).numbers?.count
      guard counts.allSatisfy({ $0 == alone }) else {
        throw Fault(
          expected: "\(alone ?? 10) numbers for each of two clients at once",
          got: "They got \(counts.map { String($0 ?? 0) }.joined(separator: " and ")).")
      }
    },
    Rule(
      "leaving", "When a client leaves, its timer ends.", clause: "the exercise; RFC 6202 §3.2",
      hint:
        "The end of the connection must stop what runs for it. In the article the timer goes on, and writes after the end.",
      attempts: 2
    ) { session in
      try session.waitForCount(0, at: "/clients", "while nobody reads")
      let answers = [try session.stream(), try session.stream()]
      try session.waitForCount(2, at: "/clients", "while two clients read", within: .milliseconds(400))
      for answer in answers { answer.socket.close() }
      try session.waitForCount(0, at: "/clients", "half a second after both have left", within: .milliseconds(600))
    },
  ]
}
