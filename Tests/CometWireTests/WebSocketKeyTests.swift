import CometWire
import Testing

@Suite struct WebSocketKeyTests {
  @Test func answersTheKeyOfTheRFC() {
    // RFC 6455 §1.3.
    #expect(WebSocketKey("dGhlIHNhbXBsZSBub25jZQ==")?.accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
  }

  @Test(arguments: [
    "", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===", "c2hvcnQ=",
    "AAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA=", "dGhlIHNhbXBsZSBub25jZR==", " dGhlIHNhbXBsZSBub25jZQ==",
    "dGhlIHNhbXBsZSBub25jZQ==\n", "dGhlIHNhbXBsZSBub25j!Q==", "dGhlIHNhbXBsZSBub25jé==",
  ])
  func refusesWhatIsNot16BytesInBase64(field: String) {
    #expect(WebSocketKey(field) == nil)
  }
}
