import CometWire
import Testing

@Suite struct Base64Tests {
  // RFC 4648 §10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func examplesOfTheRFC(plain: String, encoded: String) {
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
    #expect(Base64.decode(encoded) == Array(plain.utf8))
  }

  @Test func everyByteComesBack() {
    let bytes = Array(UInt8.min ... .max)
    for length in 0...bytes.count {
      #expect(Base64.decode(Base64.encode(Array(bytes.suffix(length)))) == Array(bytes.suffix(length)))
    }
    #expect(Base64.encode([0xFB, 0xEF, 0xFF]) == "++//")
  }

  @Test(arguments: [
    "Z", "Zg", "Zg=", "Zm8", "Zm9vY", "Zg===", "====", "=", "Z===", "Zg==Zg==", "Z=g=", "=Zg=",
    "Zh==", "Zm9=",  // bits that stand for nothing
    "Zm9v\n", " Zm9v", "Zm9v ", "Zm\r\n9v", "Zm-_", "Zm9\u{0}", "Zm9é", "Zм9v",
  ])
  func refusesWhatTheEncoderCannotHaveWritten(text: String) {
    #expect(Base64.decode(text) == nil)
  }
}
