/// The value of `Sec-WebSocket-Key`, by which the client learns whether the answer comes from a WebSocket server that
/// has read this very request, and not from a cache or a server of something else (RFC 6455 §1.3).
public struct WebSocketKey: Equatable, Sendable {
  private let field: String

  /// Nil if the field's value does not have the form of 16 bytes in base64 (§4.2.1, number 5): 22 letters, then `==`.
  ///
  /// The last letter holds four bits that stand for nothing. They may be set, as in the example of §4.1,
  /// `AQIDBAUGBwgJCgsMDQ4PEC==`: the key is never decoded.
  public init?(_ field: String) {
    let characters = field.utf8
    guard characters.count == 24, characters.suffix(2).elementsEqual("==".utf8),
      characters.dropLast(2).allSatisfy(Base64.isLetter)
    else { return nil }
    self.field = field
  }

  /// The value of `Sec-WebSocket-Accept` in the answer (§4.2.2, number 5.4): of the key as text, not of its 16 bytes.
  public var accept: String {
    Base64.encode(SHA1.hash(Array((field + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
  }
}
