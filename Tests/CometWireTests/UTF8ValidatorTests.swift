import CometWire
import Testing

@Suite struct UTF8ValidatorTests {
  @Test(arguments: [
    "", "Hello-µ@ßöäüàá-UTF-8!!", "κόσμε", "\0", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}",
    "\u{FFFD}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}", "接受到的数据为😀",
    String(repeating: "a", count: 23) + "é" + String(repeating: "b", count: 17),
  ])
  func takesWhatIsUTF8(text: String) {
    let bytes = Array(text.utf8)
    var whole = UTF8Validator()
    let isValid = whole.consume(bytes)
    #expect(isValid && whole.isComplete)

    var byteByByte = UTF8Validator()
    var ends = 0
    for byte in bytes {
      let isValid = byteByByte.consume([byte])
      #expect(isValid)
      if byteByByte.isComplete { ends += 1 }
    }
    #expect(ends == text.unicodeScalars.count)
  }

  /// The index of the first byte that is wrong: the cases 6.x of the Autobahn suite, which come from Markus Kuhn's
  /// list.
  @Test(arguments: [
    ([0xCE, 0xBA, 0xE1, 0xBD, 0xB9, 0xCF, 0x83, 0xCE, 0xBC, 0xCE, 0xB5, 0xF4, 0x90, 0x80, 0x80], 12),  // 6.3, 6.4
    ([0xF8, 0x88, 0x80, 0x80, 0x80], 0),  // 6.5: five and six bytes
    ([0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], 0),
    ([0xF7, 0xBF, 0xBF, 0xBF], 0),  // 6.8
    ([0xF4, 0x90, 0x80, 0x80], 1),  // 6.11: U+110000
    ([0x80], 0), ([0xBF], 0), ([0x61, 0x80], 1),  // 6.12: continues nothing
    ([0xC3, 0x20], 1), ([0xE2, 0x82, 0x20], 2), ([0xF0, 0x9F, 0x98, 0x20], 3),  // 6.13, 6.14: not continued
    ([0xE2, 0xC3, 0xA9], 1),
    ([0xFE], 0), ([0xFF], 0),  // 6.16
    ([0xC0, 0xAF], 0), ([0xC1, 0xBF], 0),  // 6.17 to 6.19: overlong
    ([0xE0, 0x80, 0xAF], 1), ([0xE0, 0x9F, 0xBF], 1), ([0xF0, 0x80, 0x80, 0xAF], 1), ([0xF0, 0x8F, 0xBF, 0xBF], 1),
    ([0xED, 0xA0, 0x80], 1), ([0xED, 0xBF, 0xBF], 1),  // 6.20, 6.21: surrogates
    ([0xF5, 0x80, 0x80, 0x80], 0),
    ([UInt8](repeating: 0x61, count: 21) + [0xFF] + [UInt8](repeating: 0x61, count: 21), 21),
  ])
  func refusesTheFirstWrongByte(bytes: [UInt8], wrong: Int) {
    var byteByByte = UTF8Validator()
    let refused = bytes.firstIndex { !byteByByte.consume([$0]) }
    #expect(refused == wrong)
    let goesOn = byteByByte.consume([0x61])
    #expect(!goesOn && !byteByByte.isComplete, "what was broken stays broken")

    var inTwo = UTF8Validator()
    let halves = [bytes[..<wrong], bytes[wrong...]].map { inTwo.consume($0) }
    #expect(halves == [true, false])
  }

  /// Every lead byte with every second byte, and the edges of the third and fourth, against the standard library.
  @Test func agreesWithTheStandardLibrary() {
    var differences: [[UInt8]] = []
    for first in UInt8(0x7F) ... .max {
      for second in UInt8.min ... .max {
        for third in [0x7F, 0x80, 0xBF, 0xC0] as [UInt8] {
          for bytes in [[first, second], [first, second, third], [first, second, third, 0x80]] {
            if accepts(bytes) != (String(validating: bytes, as: UTF8.self) != nil) { differences.append(bytes) }
          }
        }
      }
    }
    #expect(differences == [])
  }

  private func accepts(_ bytes: [UInt8]) -> Bool {
    var validator = UTF8Validator()
    return validator.consume(bytes) && validator.isComplete
  }
}
