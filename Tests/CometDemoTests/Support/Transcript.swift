import TestSupport
import Testing

/// What went over the wire in both directions, one line for each line of text: `>` asked, `<` answered, `|` body.
struct Transcript {
  private(set) var text = ""

  mutating func add(_ prefix: String, head: String) {
    // The empty line that ends the head becomes a bare prefix.
    for line in head.split(separator: "\r\n" as Character, omittingEmptySubsequences: false).dropLast() {
      text += line.isEmpty ? "\(prefix)\n" : "\(prefix) \(line)\n"
    }
  }

  /// A body, or one chunk of one: its first line begins with the word.
  mutating func add(_ word: String, body: [UInt8]) {
    var prefix = word
    for line in String(decoding: body, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
      text += line.isEmpty ? "\(prefix) |\n" : "\(prefix) | \(line)\n"
      prefix = String(repeating: " ", count: word.count)
    }
  }

  /// The bytes of a frame, in hexadecimal.
  mutating func add(_ prefix: String, frame: [UInt8]) {
    text += "\(prefix) frame \(frame.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " "))\n"
  }

  mutating func add(line: String) { text += line + "\n" }
}

extension RunningDemo {
  /// Asks for a path, compares request and answer with a golden file, and returns the answer.
  ///
  /// Lengths are masked, since they follow from bodies that differ from run to run; that each one is right, the tests'
  /// client has checked.
  @discardableResult
  func expectGolden(
    _ name: String, get path: String, fields: KeyValuePairs<String, String> = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> RawResponse {
    var head = "GET \(path) HTTP/1.1\r\nHost: localhost:\(port)\r\n"
    for (name, value) in fields { head += "\(name): \(value)\r\n" }
    head += "\r\n"
    let client = try await RawClient(port: port)
    try await client.send(head)
    let response = try await client.response()

    var transcript = Transcript()
    transcript.add(">", head: head)
    transcript.add("<", head: response.head.text)
    if response.chunks.isEmpty {
      transcript.add("body", body: response.body)
    } else {
      for chunk in response.chunks { transcript.add("chunk", body: chunk) }
      transcript.add(line: "end")
    }
    // Nothing comes after the answer, and the connection is there for the next request.
    let next = try await client.request("GET", "/site.js")
    #expect(next.status == 200, sourceLocation: sourceLocation)
    await client.close()

    let text = transcript.text.masked(
      .dates, .milliseconds, .port(port), .integer(after: "Content-Length: "), .integer(after: "chunk | "),
      .integer(after: "process('"))
    try CometDemoTests.expectGolden(text, name, sourceLocation: sourceLocation)
    return response
  }
}
