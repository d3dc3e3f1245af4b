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
        guard let given = frame.closeCode, given == 1000 else { return }
        throw Fault(expected: expected, got: "The server closed with the code 1000, as if nothing had happened.")
      case .frame(let frame) where frame.opcode == 9: try send(.pong, frame.payload)
      case .frame(let frame): throw Fault(expected: expected, got: "The server answered \(frame.text).")
      case .silence: throw Fault(expected: expected, got: "Nothing happened.", .silent)
      }
    }
    throw Fault(expected: expected, got: "The server sends pings without end.")
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
    ) { WebSocketPeer.frame(1, Array("naked".utf8), isMasked: false) },
    refusal(
      "reserved-bits", "A frame with a reserved bit is refused.", clause: "RFC 6455 §5.2",
      hint: "RSV1 to RSV3 belong to extensions, and none was agreed.", because: "a frame with RSV1"
    ) { WebSocketPeer.frame(1, Array("hello".utf8), reserved: 4) },
    refusal(
      "opcode", "A frame with an unknown opcode is refused.", clause: "RFC 6455 §5.2",
      hint: "3 to 7 and 11 to 15 are reserved.", because: "a frame with the opcode 3"
    ) { WebSocketPeer.frame(3, Array("hello".utf8)) },
    refusal(
      "long-control", "A control frame of more than 125 bytes is refused.", clause: "RFC 6455 §5.5",
      hint: "A ping, pong or close has at most 125 bytes.", because: "a ping of 126 bytes"
    ) { WebSocketPeer.frame(9, [UInt8](repeating: 0x61, count: 126)) },
    refusal(
      "fragmented-control", "A control frame in fragments is refused.", clause: "RFC 6455 §5.5",
      hint: "A ping, pong or close always has FIN.", because: "a ping without FIN"
    ) { WebSocketPeer.frame(9, Array("p".utf8), isFinal: false) },
    refusal(
      "continuation", "A continuation of nothing is refused.", clause: "RFC 6455 §5.4",
      hint: "Opcode 0 only makes sense after a frame without FIN.", because: "a continuation frame without a beginning"
    ) { WebSocketPeer.frame(0, Array("hello".utf8)) },
    refusal(
      "unfinished", "A new message inside an unfinished one is refused.", clause: "RFC 6455 §5.4",
      hint: "After a frame without FIN only opcode 0 or a control frame may follow.",
      because: "a text frame inside a fragmented message"
    ) { WebSocketPeer.frame(1, Array("one".utf8), isFinal: false) + WebSocketPeer.frame(1, Array("two".utf8)) },
  ]

  private static func refusal(
    _ name: String, _ sentence: String, clause: String, hint: String, because: String,
    _ bytes: @escaping @Sendable () -> [UInt8]
  ) -> Rule {
    Rule(name, sentence, clause: clause, hint: hint) { session in
      let peer = try WebSocketPeer(session)
      try peer.send(bytes())
      try peer.expectFailure(1002, because: because)
    }
  }
}
