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
        let pong = try peer.wait(for: "a pong frame with \(name)") { $0.opcode == 10 }
        guard pong.payload == payload else {
          throw Fault(expected: "a pong frame with \(name)", got: "There came \(pong.text).")
        }
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
      let frame = try peer.wait(for: "nothing for the pong, then the text hello") {
        [0, 1, 2, 8, 9, 10].contains($0.opcode)
      }
      guard frame.opcode == 1, frame.payload == Array("hello".utf8) else {
        throw Fault(expected: "nothing for the pong, then the text hello", got: "There came \(frame.text).")
      }
    },
    Rule(
      "close", "A close is answered by a close.", clause: "RFC 6455 §5.5.1",
      hint: "Send one close frame back, with the same code or without one, and nothing after it."
    ) { session in
      let peer = try WebSocketPeer(session)
      try peer.send(.close, [0x03, 0xE8])
      let close = try peer.wait(for: "a close frame") { $0.opcode == 8 }
      guard
        close.payload.isEmpty || close.closeCode.map({ CloseCode(rawValue: UInt16(clamping: $0)).mayBeSent }) == true
      else {
        throw Fault(expected: "a close frame with a code that may be sent, or none", got: "There came \(close.text).")
      }
    },
    Rule(
      "close-connection", "After the closing handshake the server ends the connection.", clause: "RFC 6455 §7.1.1",
      hint: "Close the socket when both close frames have gone. The client waits for the server to do it."
    ) { session in
      let peer = try WebSocketPeer(session)
      try peer.send(.close, [0x03, 0xE8])
      while true {
        switch try peer.next(by: session.deadline()) {
        case .frame: continue
        case .end: return
        case .silence:
          throw Fault(expected: "the end of the connection", got: "It stays open after the close.", .silent)
        }
      }
    },
  ]
}
