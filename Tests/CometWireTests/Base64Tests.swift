import CometWire
import Foundation
import Testing

@Suite struct Base64Tests {
  // RFC 4648 §10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func examplesOfTheRFC(plain: String, encoded: String) {
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
  }

  @Test func writesAsFoundationDoes() {
    let bytes = Array(UInt8.min ... .max)
    for length in 0...bytes.count {
      let part = Array(bytes.suffix(length))
      #expect(Base64.encode(part) == Data(part).base64EncodedString())
    }
    #expect(Base64.encode([0xFB, 0xEF, 0xFF]) == "++//")
  }
}
