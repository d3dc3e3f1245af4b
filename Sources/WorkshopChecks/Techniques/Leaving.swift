// What a server holds for a client must end when the client leaves. From outside it can only be seen when the server
// counts, so the exercises ask for an address that does.

extension Session {
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
}
