import CometWire
import Testing

@Suite struct WebSocketKeyTests {
  @Test func answersTheKeyOfTheRFC() {
    // RFC 6455 §1.3.
    #expect(WebSocketKey("dGhlIHNhbXBsZSBub25jZQ==")?.accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
  }

  @Test func takesTheOtherKeyOfTheRFC() {
    // The bytes 1 to 16 in §4.1, number 7; the last digit has stray bits, so that a strict decoder refuses it.
    #expect(WebSocketKey("AQIDBAUGBwgJCgsMDQ4PEC==")?.accept == "OfS0wDaT5NoxF2gqm7Zj2YtetzM=")
  }

  @Test(arguments: [
    "", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===", "c2hvcnQ=",
    "AAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA=", "dGhlIHNhbXBsZSBub25jZQ=A", " dGhlIHNhbXBsZSBub25jZQ==",
    "dGhlIHNhbXBsZSBub25jZQ==\n", "dGhlIHNhbXBsZSBub25=ZQ==", "dGhlIHNhbXBsZSBub25j!Q==", "dGhlIHNhbXBsZSBub25jé==",
  ])
  func refusesWhatHasNotTheFormOf16BytesInBase64(field: String) {
    #expect(WebSocketKey(field) == nil)
  }
}
