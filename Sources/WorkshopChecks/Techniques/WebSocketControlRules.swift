// The rules for WebSocket (RFC 6455): pings and the closing handshake.

import CometWire

enum WebSocketControlRules {
  static let all = [
    Rule(
      "ping", "A ping is answered by a pong with the same payload.", clause: "RFC 6455 §5.5.2, §5.5.3",
      hint: "Opcode 9 is answered by opcode 10. It is no message."
    ) { session in
      let peer = try WebSocketPeer(session)
      for payload in [Array("are you there".utf8), [], [UInt8](repeating: 0xFF, count: 125)] {
        let name = payload.isEmpty ? "no payload" : Readable.quoted(payload, limit: 13)
        try peer.send(.ping, payload)
        // Other pongs may come at any time, as signs of life (§5.5.3).
        try peer.wait(for: "a pong frame with \(name)") { $0.opcode == 10 && $0.payload == payload }.expectForm()
      }
    },
    Rule(
      "ping-between", "A ping between the frames of a message is answered, and the message goes on.",
      clause: "RFC 6455 §5.4, §5.5", hint: "Control frames may stand between fragments; keep those."
    ) { session in
      let peer = try WebSocketPeer(session)
      try peer.send(.text, Array("Hel".utf8), isFinal: false)
      try peer.send(.ping, Array("!".utf8))
      try peer.send(.continuation, Array("lo".utf8))
      var wanted: Set<String> = ["a pong frame with \"!\"", "a text frame with \"Hello\""]
      var text: [UInt8] = []
      while !wanted.isEmpty {
        let what = wanted.sorted().joined(separator: " and ")
        let frame = try peer.wait(for: what) { [0, 1, 10].contains($0.opcode) }
        if frame.opcode == 10 {
          // Its payload is the matter of the rule before.
          wanted.remove("a pong frame with \"!\"")
          continue
        }
        text += frame.payload
        if frame.isFinal {
          guard text == Array("Hello".utf8) else {
            throw Fault(expected: what, got: "There came \(Readable.quoted(text)).")
          }
          wanted.remove("a text frame with \"Hello\"")
        }
      }
    },
    Rule(
      "pong", "A pong that nobody has asked for is passed over.", clause: "RFC 6455 §5.5.3",
      hint: "Opcode 10 needs no answer."
    ) { session in
      let peer = try WebSocketPeer(session)
      try peer.send(.pong, Array("unasked".utf8))
      try peer.send("hello")
      let expected = "nothing for the pong, then the text hello"
      let message = try peer.message(expected)
      guard message.opcode == 1, message.payload == Array("hello".utf8) else {
        throw Fault(expected: expected, got: "There came \(Readable.quoted(message.payload)).")
      }
    },
    Rule(
      "close", "A close is answered by a close.", clause: "RFC 6455 §5.5.1",
      hint: "Send one close frame back, with the same code or without one, and nothing after it."
    ) { session in
      let peer = try WebSocketPeer(session)
      try peer.send(.close, [0x03, 0xE8])
      let close = try peer.wait(for: "a close frame") { $0.opcode == 8 }
      try close.expectForm()
      guard close.hasCodeThatMayBeSent else {
        throw Fault(expected: "a close frame with a code that may be sent, or none", got: "There came \(close.text).")
      }
    },
    Rule(
      "close-connection", "After the closing handshake the server ends the connection.", clause: "RFC 6455 §7.1.1",
      hint: "Close the socket when both close frames have gone. The client waits for the server to do it."
    ) { session in
      let peer = try WebSocketPeer(session)
      try peer.send(.close, [0x03, 0xE8])
      var hasClosed = false
      while true {
        switch try peer.next(by: session.deadline()) {
        case .frame(let frame) where hasClosed:
          throw Fault(expected: "nothing after the close frame (§5.5.1)", got: "There came \(frame.text).")
        case .frame(let frame): hasClosed = frame.opcode == 8
        case .end: return
        case .silence:
          throw Fault(expected: "the end of the connection", got: "It stays open after the close.", .silent)
        }
      }
    },
  ]
}
