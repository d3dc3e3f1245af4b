import CometWire
import Testing

@Suite struct CloseCodeTests {
  // The Autobahn cases 7.7 and 7.9, and the edges of every range of RFC 6455 §7.4.
  @Test(arguments: [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])
  func mayBeSent(number: UInt16) {
    #expect(CloseCode(rawValue: number).mayBeSent)
  }

  @Test(arguments: [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
  func mayNotBeSent(number: UInt16) {
    #expect(!CloseCode(rawValue: number).mayBeSent)
    #expect(
      DecodedBytes(clientFrame(.close, [UInt8(number >> 8), UInt8(number & 0xFF)])).failure?.code == .protocolError)
    #expect(FrameEncoder.close(CloseCode(rawValue: number), "x") == [0x88, 0])
  }
}
