import CometWire
import Testing

@Suite struct ServerSentEventTests {
  @Test func writesIDAndDataAsTheDemosDo() throws {
    #expect(try text(of: ServerSentEvent(data: "x", id: "1")) == "id: 1\ndata: x\n\n")
  }

  @Test func writesAllFieldsInOneOrder() throws {
    let event = try ServerSentEvent(data: "接受", event: "update", id: "é", retry: 3000)
    #expect(text(of: event) == "event: update\nid: é\nretry: 3000\ndata: 接受\n\n")
    #expect(
      text(of: try ServerSentEvent(data: "", event: "", id: "", retry: 0)) == "event: \nid: \nretry: 0\ndata: \n\n")
  }

  @Test(arguments: [
    ("", "data: \n\n"),
    ("a", "data: a\n\n"),
    (" a", "data:  a\n\n"),
    ("a\nb", "data: a\ndata: b\n\n"),
    ("a\rb", "data: a\ndata: b\n\n"),
    ("a\r\nb", "data: a\ndata: b\n\n"),
    ("a\n\rb", "data: a\ndata: \ndata: b\n\n"),
    ("a\r\r\nb", "data: a\ndata: \ndata: b\n\n"),
    ("\n", "data: \ndata: \n\n"),
    ("a\rdata: x", "data: a\ndata: data: x\n\n"),
    ("a\r\n\r\nevent: x", "data: a\ndata: \ndata: event: x\n\n"),
    ("\n\u{301}a", "data: \ndata: \u{301}a\n\n"),  // an accent alone on its line
    ("a\u{85}b\u{2028}c\u{0B}d", "data: a\u{85}b\u{2028}c\u{0B}d\n\n"),  // no line ends here
  ])
  func splitsDataIntoLines(data: String, bytes: String) throws {
    #expect(try text(of: ServerSentEvent(data: data)) == bytes)
  }

  @Test(arguments: ["a\nb", "a\rb", "a\r\nb", "\n", "a\r", "\n\u{301}"])
  func refusesALineBreakInEventAndID(value: String) {
    #expect(throws: ServerSentEvent.Invalid.event) { try ServerSentEvent(data: "", event: value) }
    #expect(throws: ServerSentEvent.Invalid.id) { try ServerSentEvent(data: "", id: value) }
  }

  @Test func refusesNULInAnIDAndANegativeTime() {
    #expect(throws: ServerSentEvent.Invalid.id) { try ServerSentEvent(data: "", id: "1\0") }
    #expect(throws: ServerSentEvent.Invalid.retry) { try ServerSentEvent(data: "", retry: -1) }
    #expect(throws: Never.self) { try ServerSentEvent(data: "\0", event: "\0", retry: .max) }
  }

  @Test(arguments: [
    ("", ": \n\n"), ("alive", ": alive\n\n"), ("a\ndata: x", ": a\n: data: x\n\n"), ("a\r\rb", ": a\n: \n: b\n\n"),
  ])
  func writesComments(comment: String, bytes: String) {
    #expect(String(decoding: ServerSentEvent.comment(comment), as: UTF8.self) == bytes)
  }

  private func text(of event: ServerSentEvent) -> String {
    String(decoding: event.bytes, as: UTF8.self)
  }
}
