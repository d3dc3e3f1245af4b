import CometWire
import Foundation
import Testing

/// JSON is checked and passed on as it is.
@Suite struct JSONTextTests {
  /// A text, and what is passed on of it.
  static let texts = [
    ("{}", "{}"), ("[]", "[]"), ("null", "null"), ("true", "true"), ("false", "false"), ("0", "0"), ("-0", "-0"),
    (" { \"a\" : [ 1 , 2 ] ,\r\n\t\"b\" : \" x \" } ", "{\"a\":[1,2],\"b\":\" x \"}"),
    // Every digit, where a decoder would round.
    ("3.14159265358979323846264338327950288", "3.14159265358979323846264338327950288"), ("1e-400", "1e-400"),
    ("12345678901234567890123", "12345678901234567890123"), ("1E+2", "1E+2"), ("-1.50e-2", "-1.50e-2"),
    // Two names, though Swift takes them for equal strings.
    ("{\"\u{E9}\":1,\"e\u{301}\":2}", "{\"\u{E9}\":1,\"e\u{301}\":2}"),
    (#""\u0041\ud83d\ude00\"\\\/\b\f\n\r\t""#, #""\u0041\ud83d\ude00\"\\\/\b\f\n\r\t""#),
    ("\"\u{7F}\u{2028}你好👋🏽\"", "\"\u{7F}\u{2028}你好👋🏽\""), ("{\"a\":{\"b\":1,\"b\":2}}", "{\"a\":{\"b\":1,\"b\":2}}"),
  ]

  @Test(arguments: texts)
  func passesOnWhatItTakes(_ text: String, _ compact: String) throws {
    #expect(String(decoding: try JSONText(Array(text.utf8)).bytes, as: UTF8.self) == compact)
    // It is JSON for others, too.
    #expect(throws: Never.self) {
      try JSONSerialization.jsonObject(with: Data(compact.utf8), options: .fragmentsAllowed)
    }
  }

  /// A number that is cut may be another number; everything else needs its end.
  @Test(arguments: texts.map(\.0).filter { "[{\"tfn".contains($0.trimmingCharacters(in: .whitespaces).first ?? " ") })
  func refusesWhatIsCut(_ text: String) {
    let bytes = Array(text.trimmingCharacters(in: .whitespaces).utf8)
    for count in bytes.indices {
      #expect(throws: JSONText.Invalid.self) { try JSONText(Array(bytes[..<count])) }
    }
  }

  @Test(arguments: [
    "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}",
    "{a:1}",
    "{'a':1}", "{1:1}", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "\"\t\"", "\"\0\"",
    "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "Infinity", "-Infinity", "truth", "nul", "True", "1 2",
    "{}{}",
    "[1]]", "// a\n1", "/* a */1", "\u{FEFF}1", "\u{A0}1",
    // What I-JSON refuses besides.
    #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800A""#, #""\ud800\n""#, "1e400", "-1e999",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}",
  ])
  func refusesWhatIsNone(_ text: String) {
    #expect(throws: JSONText.Invalid.self) { try JSONText(Array(text.utf8)) }
  }

  @Test(
    arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x7B, 0, 0x7D, 0], [0xFF, 0xFE, 0x31, 0], [0, 0x31]]
      as [[UInt8]])
  func refusesOtherEncodings(_ bytes: [UInt8]) {
    #expect(throws: JSONText.Invalid.self) { try JSONText(bytes) }
  }

  @Test func isNestedOnlySoDeep() {
    let deepest = JSONText.depthLimit
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      func nested(_ depth: Int) -> [UInt8] {
        Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
      }
      #expect(throws: Never.self) { try JSONText(nested(deepest)) }
      #expect(throws: JSONText.Invalid.self) { try JSONText(nested(deepest + 1)) }
      #expect(throws: JSONText.Invalid.self) { try JSONText(Array(String(repeating: open, count: 1_000_000).utf8)) }
    }
  }

  @Test func hasSoManyMembers() {
    func object(_ count: Int) -> [UInt8] {
      Array("{\((0..<count).map { "\"\($0)\":1" }.joined(separator: ","))}".utf8)
    }
    #expect(throws: Never.self) { try JSONText(object(JSONText.memberLimit)) }
    #expect(throws: JSONText.Invalid.self) { try JSONText(object(JSONText.memberLimit + 1)) }
  }

  @Test func hasSoManyValues() {
    func array(_ count: Int) -> [UInt8] {
      Array("[[\(Array(repeating: "1", count: count - 2).joined(separator: ","))]]".utf8)
    }
    #expect(throws: Never.self) { try JSONText(array(JSONText.valueLimit)) }
    #expect(throws: JSONText.Invalid.self) { try JSONText(array(JSONText.valueLimit + 1)) }
  }

  @Test(arguments: [
    (#""ab""#, "ab"), (#""\u0061\u0062""#, "ab"), (#""abc""#, nil), (#""\u00e9""#, "é"), (#""aé""#, nil), ("1", nil),
  ])
  func readsAStringUpToALimit(value: String, text: String?) throws {
    let object = try JSONText(Array("{\"a\":\(value)}".utf8))
    #expect(object.string("a", atMost: 2) == text)
    #expect(object.string("a", atMost: .max) == object.string("a"))
  }

  @Test func knowsItsMembers() throws {
    let text = try JSONText(Array(#"{ "na\u006de" : "a\u0062\n", "data" : [ 1 ], "id" : 7 }"#.utf8))
    #expect(text.string("name") == "ab\n")
    #expect(text["data"].map { String(decoding: $0, as: UTF8.self) } == "[1]")
    #expect(text["id"].map { String(decoding: $0, as: UTF8.self) } == "7")
    #expect(text.string("id") == nil && text["none"] == nil)
    #expect(try JSONText(Array("[1]".utf8))["a"] == nil)
  }

  /// Names of combining marks are shorter: to compare them in a table takes by the square of their length.
  @Test(arguments: [("n", 254, true), ("n", 255, false), ("\u{301}", 31, true), ("\u{301}", 32, false)])
  func boundsNames(_ character: String, _ count: Int, _ isTaken: Bool) {
    let text = "[{\"\(String(repeating: character, count: count))\":1}]"
    #expect(((try? JSONText(Array(text.utf8))) != nil) == isTaken)
  }
}
