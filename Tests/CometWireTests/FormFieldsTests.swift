import CometWire
import Testing

@Suite struct FormFieldsTests {
  @Test(
    arguments: [
      ("", []),
      ("a=1&b=2", [("a", "1"), ("b", "2")]),
      ("b=2&a=1&b=3", [("b", "2"), ("a", "1"), ("b", "3")]),
      ("a", [("a", "")]),
      ("a=", [("a", "")]),
      ("=1", [("", "1")]),
      ("=", [("", "")]),
      ("a=b=c", [("a", "b=c")]),
      ("&&a=1&&", [("a", "1")]),
      ("message=hello+world%21", [("message", "hello world!")]),
      ("a%3Db%26c=d%2Be+f", [("a=b&c", "d+e f")]),
      ("m=%E6%8E%A5%e5%8f%97", [("m", "接受")]),
      ("m=接受", [("m", "接受")]),
      ("a=%", [("a", "%")]),
      ("a=%4", [("a", "%4")]),
      ("a=%4g%zz%", [("a", "%4g%zz%")]),
      ("a=%%41", [("a", "%A")]),
      ("a=%+4", [("a", "% 4")]),
      ("a=%0x41", [("a", "%0x41")]),
      ("a=%2541", [("a", "%41")]),
      ("a=%00", [("a", "\0")]),
      ("a=%FF%C3", [("a", "\u{FFFD}\u{FFFD}")]),
      ("a=%EF%BB%BFx", [("a", "\u{FEFF}x")]),
      ("a=1;b=2", [("a", "1;b=2")]),
    ] as [(String, [(String, String)])])
  func decodes(encoded: String, expected: [(String, String)]) throws {
    let form = try #require(FormFields(Array(encoded.utf8)))
    #expect(form.fields.map(\.name) == expected.map(\.0))
    #expect(form.fields.map(\.value) == expected.map(\.1))
    #expect(FormFields(encoded) == form)
  }

  /// What is not UTF-8 is repaired as everywhere else.
  @Test func repairsAsTheStandardLibraryDoes() throws {
    var random = SystemRandomNumberGenerator()
    let parts: [[UInt8]] = [
      [0xFF], [0xC3], [0xA9], [0xE6, 0x8E], [0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x98, 0x80], [0xED, 0xA0, 0x80], [0x41],
      [0xC0, 0x80], [0xF5],
    ]
    for _ in 1...1000 {
      let bytes = (1...8).flatMap { _ in parts.randomElement(using: &random) ?? [] }
      #expect(FormFields(bytes)?.fields.first?.name == String(decoding: bytes, as: UTF8.self), "\(bytes)")
    }
  }

  @Test func findsTheFirstOfAName() throws {
    let form = try #require(FormFields("cb=one&cb=two&empty="))
    #expect(form["cb"] == "one")
    #expect(form["empty"] == "")
    #expect(form["Cb"] == nil)
  }

  @Test func boundsTheNumberOfFields() throws {
    let thousand = String(repeating: "a&", count: 1000)
    #expect(FormFields(thousand)?.fields.count == 1000)
    #expect(FormFields(thousand + "a") == nil)
    #expect(FormFields(String(repeating: "&", count: 5000)) == FormFields())
    #expect(FormFields("a&b", limit: 1) == nil)
  }
}
