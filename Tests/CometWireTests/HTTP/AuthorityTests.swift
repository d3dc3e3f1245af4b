import CometWire
import Testing

@Suite struct AuthorityTests {
  @Test(
    arguments: [
      ("localhost", "localhost", nil), ("localhost:8088", "localhost", 8088), ("LocalHost:80", "localhost", 80),
      ("localhost:", "localhost", nil), ("a.b-c_d~e", "a.b-c_d~e", nil), ("127.0.0.1:0", "127.0.0.1", 0),
      ("a:65535", "a", 65_535), ("a:0080", "a", 80), ("[::1]", "[::1]", nil), ("[::1]:1", "[::1]", 1),
      ("[::FFFF:1.2.3.4]", "[::ffff:1.2.3.4]", nil), ("[::1]:", "[::1]", nil), ("a.", "a.", nil),
      (
        "!$&'*+",
        "!$&'*+", nil
      ),
    ] as [(String, String, Int?)])
  func reads(text: String, host: String, port: Int?) throws {
    let authority = try #require(Authority(text))
    #expect(authority.host == host)
    #expect(authority.port == port)
  }

  @Test(arguments: [
    "", ":", ":80", "a:b", "a:80:80", "a:-1", "a:+1", "a: 1", "a:65536", "a:99999999999999999999", "a b", " a",
    "a ",
    "u@a", "a/", "a?", "a#", "a\\b", "http://a", "a,b", "a%2eb", "é", "[", "[]", "[::1", "::1", "[::1]a", "[::1]80",
    "[:]", "[:::]", "[1:2]", "[1:]", "[:1]", "[12345::]", "[1::2::3]", "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7::8]",
    "[::1.2]", "[::256.1.1.1]", "[::01.1.1.1]", "[1.1.1.1::]", "[.:]", "[1:2:3:4:5:6:7:1.2.3.4]",
    "[1.2.3.4]", "[::1%lo]", "[::g]", "a[::1]", "[[::1]]", "a\0", "a\t", "a\"", "<a>", "a|b", "a^b",
  ])
  func refuses(text: String) {
    #expect(Authority(text) == nil)
  }

  @Test func comparesWithoutCase() {
    #expect(Authority("LOCALHOST:1") == Authority("localhost:1"))
    #expect(Authority("localhost") != Authority("localhost:80"))
  }
}
