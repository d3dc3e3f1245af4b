import Testing

@testable import CometWire

@Suite struct FieldsTests {
  static let fields: Fields = ["Accept": "a", "X-One": "1", "accept": "b, ,C", "ACCEPT": " ,d"]

  @Test func findsNamesInAnyCase() {
    for name in ["Accept", "accept", "ACCEPT", "aCCePT"] {
      #expect(Self.fields[name] == "a")
      #expect(Self.fields.all(name) == ["a", "b, ,C", " ,d"])
      #expect(Self.fields.list(name) == ["a", "b", "c", "d"])
      #expect(Self.fields.contains(name))
    }
    for name in ["Accep", "Accept ", "X_One", "", "Accept-"] {
      #expect(Self.fields[name] == nil)
      #expect(Self.fields.all(name).isEmpty && Self.fields.list(name).isEmpty && !Self.fields.contains(name))
    }
  }

  @Test func keepsTheOrder() {
    #expect(Self.fields.map(\.name) == ["Accept", "X-One", "accept", "ACCEPT"])
    #expect(Self.fields.count == 4)
  }

  @Test func changesLines() {
    var fields = Self.fields
    fields.remove("aCCept")
    #expect(wire(fields) == "X-One: 1\r\n")
    fields.set("x-one", "2")
    #expect(wire(fields) == "x-one: 2\r\n")
    fields.append("Y", "")
    fields.merge(["X-ONE": "3", "Z": "4", "z": "5"])
    #expect(wire(fields) == "x-one: 2\r\nY: \r\nZ: 4\r\nz: 5\r\n")
    fields.remove("absent")
    #expect(fields.count == 4)
  }

  /// What came with the input stays in its line (RFC 9110 §5.5).
  @Test(arguments: [
    ("a\r\nSet-Cookie: b", "a  Set-Cookie: b"), ("a\nb", "a b"), ("a\rb", "a b"), ("a\0b", "a b"), ("\u{7F}", " "),
    ("a\tb é", "a\tb é"), ("a\u{2028}b", "a\u{2028}b"), ("a\u{85}b", "a\u{85}b"),
  ])
  func cleansValues(value: String, clean: String) {
    #expect(wire(["X": value]) == "X: \(clean)\r\n")
    var fields = Fields()
    fields.set("X", value)
    #expect(fields["X"] == clean)
  }

  @Test(arguments: [("X\r\nY", "X__Y"), ("X: Y", "X__Y"), ("X Y", "X_Y"), ("X\0", "X_"), ("", "_"), ("é", "__")])
  func cleansNames(name: String, clean: String) {
    #expect(wire([name: "v"]) == "\(clean): v\r\n")
  }

  /// A handler may answer with the fields that it got.
  @Test func fieldsOfARequestCanBeChangedAndSent() throws {
    var fields = try #require(try readHead("GET / HTTP/1.1\r\nHost:a\r\nX:  b \r\n\r\n")).fields
    fields.append("Y", "c")
    #expect(fields["x"] == "b")
    #expect(wire(fields) == "Host:a\r\nX:  b\r\nY: c\r\n")
    fields.remove("x")
    #expect(wire(fields) == "Host: a\r\nY: c\r\n")
  }

  private func wire(_ fields: Fields) -> String {
    var bytes: [UInt8] = []
    fields.serialize(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
