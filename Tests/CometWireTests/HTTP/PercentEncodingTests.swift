import CometWire
import Testing

@Suite struct PercentEncodingTests {
  @Test(arguments: [
    ("", ""), ("/a-b_c~.html", "/a-b_c~.html"), ("/a b", "/a%20b"), ("/%61", "/%2561"), ("/é", "/%C3%A9"),
    ("/e\u{301}", "/e%CC%81"), ("\n\0", "%0A%00"),
  ])
  func hasOneSpelling(path: String, encoded: String) {
    #expect(PercentEncoding.encode(path) == encoded)
    #expect(PercentDecoding.decode(encoded[...])?.isExactly(path) == true)
  }
}
