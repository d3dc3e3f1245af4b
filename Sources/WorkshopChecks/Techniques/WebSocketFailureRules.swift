// The rules for WebSocket (RFC 6455): what a client must not send, and what the server does about it. "Fail the
// connection" (§7.1.7) is a close frame with a code that says why, or an end without any words.

extension WebSocketPeer {
  /// Waits for the server to fail the connection.
  func expectFailure(_ code: Int, because reason: String) throws {
    let expected = "a close frame with the code \(code), or the end of the connection, for \(reason)"
    let deadline = session.deadline()
    for _ in 0..<1000 {
      switch try next(by: deadline) {
      case .end: return
      case .frame(let frame) where frame.opcode == 8:
        // 1000 would say that all was well. Which of the others is the best one is a matter of taste.
        guard frame.closeCode != 1000 else {
          throw Fault(expected: expected, got: "The server closed with the code 1000, as if nothing had happened.")
        }
        guard frame.hasCodeThatMayBeSent else { throw Fault(expected: expected, got: "There came \(frame.text).") }
        return try expectEnd(after: frame, deadline)
      case .frame(let frame) where frame.opcode == 9: try send(.pong, frame.payload)
      // A pong may come at any time, as a sign of life (§5.5.3).
      case .frame(let frame) where frame.opcode == 10: continue
      case .frame(let frame): throw Fault(expected: expected, got: "The server answered \(frame.text).")
      case .silence: throw Fault(expected: expected, got: "Nothing happened.", .silent)
      }
    }
    throw Fault(expected: expected, got: "The server sends pings without end.")
  }

  /// After both closes it is the server that ends the connection (§7.1.1).
  private func expectEnd(after close: ServerFrame, _ deadline: ContinuousClock.Instant) throws {
    // It may have ended already.
    try? send(.close, close.payload)
    switch try next(by: deadline) {
    case .end: return
    case .frame(let frame):
      throw Fault(expected: "the end of the connection after the close frame", got: "There came \(frame.text).")
    case .silence:
      throw Fault(expected: "the end of the connection after the close frame", got: "It stays open.", .silent)
    }
  }
}

enum WebSocketFailureRules {
  static let all = [
    Rule(
      "utf-8", "A text message that is not UTF-8 is refused with 1007.", clause: "RFC 6455 §8.1; RFC 3629 §4",
      hint: "Check the whole message: wrong continuations, surrogates, and a character without its end."
    ) { session in
      for bytes: [UInt8] in [[0x61, 0xC3, 0x28], [0xED, 0xA0, 0x80], [0x61, 0xE6, 0xBC]] {
        let peer = try WebSocketPeer(session)
        try peer.send(.text, bytes)
        try peer.expectFailure(1007, because: "the text \(Readable.quoted(bytes)), which is not UTF-8")
      }
    },
    refusal(
      "mask-missing", "A frame that is not masked is refused.", clause: "RFC 6455 §5.1",
      hint: "Look at the mask bit: a client must always mask.", because: "an unmasked frame"
    ) { [WebSocketPeer.frame(1, Array("naked".utf8), isMasked: false)] },
    refusal(
      "reserved-bits", "A frame with a reserved bit is refused.", clause: "RFC 6455 §5.2",
      hint: "RSV1 to RSV3 belong to extensions, and none was agreed.", because: "a frame with RSV1, RSV2 or RSV3"
    ) { [4, 2, 1].map { WebSocketPeer.frame(1, Array("hello".utf8), reserved: $0) } },
    refusal(
      "opcode", "A frame with an unknown opcode is refused.", clause: "RFC 6455 §5.2",
      hint: "3 to 7 and 11 to 15 are reserved.", because: "a frame with the opcode 3, 7, 11 or 15"
    ) { [3, 7, 11, 15].map { WebSocketPeer.frame($0, Array("hello".utf8)) } },
    refusal(
      "long-control", "A control frame of more than 125 bytes is refused.", clause: "RFC 6455 §5.5",
      hint: "A ping, pong or close has at most 125 bytes.", because: "a ping of 126 bytes"
    ) { [WebSocketPeer.frame(9, [UInt8](repeating: 0x61, count: 126))] },
    refusal(
      "fragmented-control", "A control frame in fragments is refused.", clause: "RFC 6455 §5.5",
      hint: "A ping, pong or close always has FIN.", because: "a ping without FIN"
    ) { [WebSocketPeer.frame(9, Array("p".utf8), isFinal: false)] },
    refusal(
      "continuation", "A continuation of nothing is refused.", clause: "RFC 6455 §5.4",
      hint: "Opcode 0 only makes sense after a frame without FIN.", because: "a continuation frame without a beginning"
    ) { [WebSocketPeer.frame(0, Array("hello".utf8))] },
    refusal(
      "unfinished", "A new message inside an unfinished one is refused.", clause: "RFC 6455 §5.4",
      hint: "After a frame without FIN only opcode 0 or a control frame may follow.",
      because: "a text frame inside a fragmented message"
    ) { [WebSocketPeer.frame(1, Array("one".utf8), isFinal: false) + WebSocketPeer.frame(1, Array("two".utf8))] },
  ]

  private static func refusal(
    _ name: String, _ sentence: String, clause: String, hint: String, because: String,
    _ attempts: @escaping @Sendable () -> [[UInt8]]
  ) -> Rule {
    Rule(name, sentence, clause: clause, hint: hint) { session in
      for bytes in attempts() {
        let peer = try WebSocketPeer(session)
        try peer.send(bytes)
        try peer.expectFailure(1002, because: because)
      }
    }
  }
}
