import Testing

@testable import CometWire

/// The line before a chunk's data (RFC 9112 §7.1 and §7.1.1).
@Suite struct ChunkSizeTests {
  @Test(arguments: [
    ("0", 0), ("1", 1), ("a", 10), ("A", 10), ("fF", 255), ("000000000000001", 1),
    ("fffffffffffffff", 0xFFF_FFFF_FFFF_FFFF),
    ("5;a", 5), ("5;a=b", 5), ("5;a=\"b\"", 5), ("5;a=\"\"", 5), ("5;a;b;c=d", 5), ("5 ;\ta = b ; c", 5),
    ("5;a=\"b;c=d\\\"e \\\\\"", 5), ("5\t;a", 5), ("5;a=\"é\t\"", 5), ("5;!#$%&'*+-.^_`|~=1", 5),
    ("5;a=\"b\" ;c", 5),
  ])
  func readsTheSize(line: String, size: Int) throws {
    let bytes = Array("\(line)\r\nrest".utf8)
    var reader = ChunkSize()
    var rest = bytes[...]
    #expect(try reader.consume(&rest) == size)
    #expect(Array(rest) == Array("rest".utf8))

    var slowReader = ChunkSize()
    for (place, byte) in bytes.dropLast(4).enumerated() {
      var one = [byte][...]
      let read = try slowReader.consume(&one)
      #expect(one.isEmpty)
      #expect(read == (place == bytes.count - 5 ? size : nil))
    }
  }

  @Test(arguments: [
    "", "g", "5g", " 5", "-5", "+5", "0x5", "5.", "5 ", "5\t", "5 5", "5;", "5;;a", "5; ", "5;=b", "5;a=", "5;a= ",
    "5;a=;b", "5;a=b=c", "5;a b", "5;a ", "5;a=b ", "5;a=b c", "5;a=\"b", "5;a=\"b\"c", "5;a=\"\u{0B}\"",
    "5;a=\"\\\u{0B}\"",
    "5;a=\"\0\"", "5;(", "5;é", "5\n", "5\r", "5;a\n", "5;a=\"\n\"", "5;a=\"\r\n\"", "1000000000000000",
    "0000000000000000",
  ])
  func refusesEverythingElse(line: String) {
    #expect(throws: RequestError.self, "\(line)") {
      var reader = ChunkSize()
      var rest = Array("\(line)\r\n".utf8)[...]
      _ = try reader.consume(&rest)
      // Not an error, but not complete either: an open quote swallows the line's end only to fail at it.
      Issue.record("\(rest.count) bytes are left")
    }
  }
}
