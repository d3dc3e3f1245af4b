// What a server holds for a client: whether it does, and that it lets go when the client leaves. From outside the
// latter can only be seen when the server counts, so the exercises ask for an address that does.

extension Session {
  /// The longest time that a poll may be held, with some time for the way.
  static let holdLimit = Duration.seconds(4)

  /// A request that is not to be answered while there is nothing to say.
  func expectHeld(_ socket: WireSocket, _ when: String = "while there is nothing to say") throws {
    let expected = "no answer \(when)"
    switch try socket.receive(by: deadline(.milliseconds(700))) {
    case .silence: return
    case .bytes: throw Fault(expected: expected, got: "The answer came at once.")
    case .end: throw Fault(expected: expected, got: "The connection was closed at once.")
    }
  }

  /// Whether a request has no answer yet. What is answered too early is mostly the matter of another rule.
  func isHeld(_ socket: WireSocket) -> Bool {
    if case .silence? = try? socket.receive(by: .now + .milliseconds(100)) { true } else { false }
  }

  /// That all of several held requests were answered at once, the last of them too. Later than that it may be the end of
  /// its time that has answered a request, and not the message, of which the server has told only one.
  func expectAllAtOnce(since posted: ContinuousClock.Instant) throws {
    let time = ContinuousClock.now - posted
    guard time < .milliseconds(800) else {
      throw Fault(
        expected: "an answer to each request that was held, within 800 ms after the post",
        got: "The last of them had its answer after \(time).")
    }
  }

  /// Waits until the server counts as many clients at a path.
  func waitForCount(_ count: Int, at path: String, _ when: String, within limit: Duration? = nil) throws {
    let end = deadline(limit)
    while true {
      let answer = try fetch("GET", path)
      if answer.status == 200, answer.text.split(whereSeparator: \.isWhitespace) == [Substring(String(count))] {
        return
      }
      guard ContinuousClock.now < end else {
        throw Fault(
          expected: "GET \(path) answers \(count) \(when)",
          got: "It answers \(answer.status) \(Readable.quoted(answer.body)).")
      }
      pause(.milliseconds(20))
    }
  }

  /// Two clients poll, and leave without an answer.
  func expectLettingGo(at path: String, poll: () throws -> WireSocket) throws {
    try waitForCount(0, at: path, "while nobody polls any more", within: Self.holdLimit)
    let held = [try poll(), try poll()]
    // What is not held cannot be let go of; that it is not held is the matter of another rule.
    guard held.allSatisfy(isHeld) else { return }
    try waitForCount(2, at: path, "while two polls are held", within: .milliseconds(700))
    for socket in held { socket.close() }
    try waitForCount(0, at: path, "half a second after both clients have gone", within: .milliseconds(600))
  }

  /// A text that nobody has posted before.
  func unique(_ text: String) -> String { "\(text) \(UInt32.random(in: .min ... .max))" }
}
