// The rules for WebSocket (RFC 6455): the handshake, and messages that are right.

import CometWire

extension WebSocketPeer {
  /// Waits for a message and compares it with what was sent.
  @discardableResult
  func expectEcho(_ payload: [UInt8], opcode: Opcode = .text) throws -> [ServerFrame] {
    let kind = opcode == .text ? "text" : "binary"
    let expected =
      "a \(kind) message with the \(payload.count) bytes that were sent, \(Readable.quoted(payload, limit: 30))"
    let message = try self.message(expected)
    guard message.opcode == opcode.rawValue else {
      throw Fault(expected: expected, got: "The message is a \(message.opcode == 1 ? "text" : "binary") message.")
    }
    guard message.payload == payload else {
      throw Fault(
        expected: expected,
        got: "The message has \(message.payload.count) bytes: \(Readable.quoted(message.payload, limit: 60)).")
    }
    return message.frames
  }

  /// Sends a text and waits for it to come back.
  @discardableResult
  func echo(_ text: String) throws -> [ServerFrame] {
    try send(text)
    return try expectEcho(Array(text.utf8))
  }
}

enum WebSocketRules {
  static let all = handshake + frames + WebSocketFailureRules.all
  /// What a server needs for clients that make no mistakes.
  static let frames = messages + lengths + WebSocketControlRules.all

  private static let handshake = [
    Rule(
      "upgrade", "The handshake is answered by 101 with Upgrade: websocket and Connection: Upgrade.",
      clause: "RFC 6455 §4.2.2", hint: "Both fields have to be there; browsers check them."
    ) { session in
      let answer = try WebSocketPeer(session).answer
      guard answer.list("upgrade").contains("websocket"), answer.list("connection").contains("upgrade") else {
        throw Fault(
          expected: "Upgrade: websocket and Connection: Upgrade",
          got:
            "Upgrade is \(answer.value("upgrade") ?? "missing"), Connection is \(answer.value("connection") ?? "missing")."
        )
      }
    },
    Rule(
      "accept", "Sec-WebSocket-Accept is made of the key of this request.", clause: "RFC 6455 §4.2.2, number 5.4",
      hint: "base64(SHA-1(key + \"258EAFA5-E914-47DA-95CA-C5AB0DC85B11\")), of the key as text, without white space."
    ) { session in
      let peer = try WebSocketPeer(session)
      guard peer.answer.value("sec-websocket-accept") == peer.accept else {
        throw Fault(
          expected: "Sec-WebSocket-Accept: \(peer.accept)",
          got: peer.answer.value("sec-websocket-accept").map { "It is \(Readable.quoted($0))." } ?? "It is missing.")
      }
    },
    Rule(
      "letter-case", "Upgrade and Connection of the request are read as lists, in any case.",
      clause: "RFC 6455 §4.2.1; RFC 9110 §5.1",
      hint: "Firefox sends Connection: keep-alive, Upgrade. Names have no case."
    ) { session in
      let peer = try WebSocketPeer(session, upgrade: [("uPGRADE", "WebSocket"), ("connection", "keep-alive, UPGRADE")])
      try peer.echo("hello")
    },
    Rule(
      "no-key", "A handshake without Sec-WebSocket-Key is refused by an HTTP error.", clause: "RFC 6455 §4.2.1",
      hint: "Answer 400. It is not a WebSocket client that asks."
    ) { session in
      let answer = try WebSocketPeer.ask(
        session, [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13")])
      guard (400...599).contains(answer.status) else {
        throw Fault(expected: "an error such as 400", got: "The status is \(answer.status).")
      }
    },
    Rule(
      "version", "Another version than 13 is refused by an HTTP error; 426 names the version 13.",
      clause: "RFC 6455 §4.2.2, number 4; §4.4",
      hint: "Answer 426 (or 400) with Sec-WebSocket-Version: 13."
    ) { session in
      let answer = try WebSocketPeer.ask(
        session,
        [
          ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEA=="),
          ("Sec-WebSocket-Version", "99"),
        ])
      // Some good libraries answer 400 without the field. A server that asks for another version has to name it.
      let names = answer.list("sec-websocket-version")
      guard (400...599).contains(answer.status), names.contains("13") || names.isEmpty && answer.status != 426 else {
        throw Fault(
          expected: "an error such as 426, with Sec-WebSocket-Version: 13",
          got:
            "The status is \(answer.status), Sec-WebSocket-Version is \(answer.value("sec-websocket-version") ?? "missing")."
        )
      }
    },
    Rule(
      "unasked", "The server chooses no extension and no subprotocol that was not offered.",
      clause: "RFC 6455 §4.2.2, number 5.5 and 5.6", hint: "The client has offered none, and must fail if it gets one."
    ) { session in
      let answer = try WebSocketPeer(session).answer
      for name in ["sec-websocket-extensions", "sec-websocket-protocol"] {
        if let value = answer.value(name) {
          throw Fault(expected: "no \(name)", got: "It is \(Readable.quoted(value)).")
        }
      }
    },
  ]

  private static let messages = [
    Rule("text", "A text message comes back.", clause: "the exercise; RFC 6455 §5.6", hint: "Unmask it, then send it.")
    {
      try WebSocketPeer($0).echo("What hath God wrought")
    },
    Rule(
      "unmasked", "The server's own frames are not masked.", clause: "RFC 6455 §5.1",
      hint: "Only a client masks. A browser closes when it gets a masked frame."
    ) { session in
      guard try WebSocketPeer(session).echo("hello").allSatisfy({ !$0.isMasked }) else {
        throw Fault(expected: "frames without the mask bit", got: "The mask bit is set.")
      }
    },
    Rule(
      "binary", "A binary message comes back as a binary message, byte for byte.",
      clause: "the exercise; RFC 6455 §5.6",
      hint: "Keep the opcode of the message, and never take its bytes for text."
    ) { session in
      let peer = try WebSocketPeer(session)
      let bytes = (0...99).map { UInt8($0 &* 2 &+ 57) } + [0, 0xFF, 0xC3, 0x28]
      try peer.send(.binary, bytes)
      try peer.expectEcho(bytes, opcode: .binary)
    },
    Rule(
      "split", "A frame may come in many reads.", clause: "RFC 6455 §5.2",
      hint: "TCP is a stream of bytes. Keep what has come until the frame is whole."
    ) { session in
      let peer = try WebSocketPeer(session)
      for byte in WebSocketPeer.frame(1, Array("byte by byte".utf8)) {
        try peer.send([byte])
        session.pause(.milliseconds(3))
      }
      try peer.expectEcho(Array("byte by byte".utf8))
    },
    Rule(
      "together", "Several frames may come in one read.", clause: "RFC 6455 §5.2",
      hint: "After a frame look whether the rest of the bytes is another one. The article takes one read for one frame."
    ) { session in
      let peer = try WebSocketPeer(session)
      let texts = ["one", "two", "three"]
      try peer.send(texts.flatMap { WebSocketPeer.frame(1, Array($0.utf8)) })
      for text in texts { try peer.expectEcho(Array(text.utf8)) }
    },
    Rule(
      "fragments", "A message in several frames is put together.", clause: "RFC 6455 §5.4",
      hint: "The first frame has the opcode, the others have opcode 0, the last has FIN."
    ) { session in
      let peer = try WebSocketPeer(session)
      try peer.send(.text, Array("Hel".utf8), isFinal: false)
      try peer.send(.continuation, Array("l".utf8), isFinal: false)
      try peer.send(.continuation, Array("o".utf8))
      try peer.expectEcho(Array("Hello".utf8))
    },
    Rule(
      "split-character", "A character may be divided between two frames of a message.", clause: "RFC 6455 §5.6, §8.1",
      hint: "Only the whole message has to be UTF-8, not each of its frames."
    ) { session in
      let peer = try WebSocketPeer(session)
      let bytes = Array("漢".utf8)
      try peer.send(.text, Array(bytes.prefix(2)), isFinal: false)
      try peer.send(.continuation, Array(bytes.suffix(1)))
      try peer.expectEcho(bytes)
    },
    Rule(
      "two-clients", "What one client sends does not disturb another.", clause: "the exercise",
      hint: "What is kept between reads belongs to the connection, not to the server."
    ) { session in
      let peers = [try WebSocketPeer(session), try WebSocketPeer(session)]
      let frames = [Array("first".utf8), Array("second".utf8)].map { WebSocketPeer.frame(1, $0) }
      for (peer, frame) in zip(peers, frames) { try peer.send(Array(frame.prefix(4))) }
      session.pause(.milliseconds(150))
      for (peer, frame) in zip(peers, frames) { try peer.send(Array(frame.dropFirst(4))) }
      try peers[0].expectEcho(Array("first".utf8))
      try peers[1].expectEcho(Array("second".utf8))
    },
  ]

  private static let lengths =
    [
      length(0, "A message may be empty.", "A payload of 0 bytes is a message all the same."),
      length(
        125, "125 bytes are the most whose length stands in the second byte.", "Up to 125 the 7 bits are the length."),
      length(
        126, "From 126 bytes on, the length stands in two further bytes.", "126 in the 7 bits means: read 2 more."),
      length(300, "The length of two bytes is read and written with its high byte first.", "300 is 01 2C, not 2C 01."),
      length(
        65_535, "65,535 bytes are the most whose length stands in two bytes.", "FF FF, and the payload in many reads."),
      length(
        65_536, "From 65,536 bytes on, the length stands in eight bytes.", "127 in the 7 bits means: read 8 more."),
    ] + [
      Rule(
        "shortest", "The server writes each length in its shortest form.", clause: "RFC 6455 §5.2",
        hint: "Up to 125 in the 7 bits, up to 65,535 in two bytes, eight bytes only for more."
      ) { session in
        let peer = try WebSocketPeer(session)
        for text in ["short", String(repeating: "m", count: 200)] {
          for frame in try peer.echo(text) where frame.lengthSize > (frame.payload.count <= 125 ? 1 : 3) {
            throw Fault(
              expected: "a length of \(frame.payload.count) in its shortest form",
              got: "It is written in \(frame.lengthSize - 1) further bytes.")
          }
        }
      }
    ]

  private static func length(_ count: Int, _ sentence: String, _ hint: String) -> Rule {
    Rule("length-\(count)", sentence, clause: "RFC 6455 §5.2", hint: hint) { session in
      // No two places look the same, so that a shift by some bytes shows.
      try WebSocketPeer(session).echo(String((0..<count).map { Character(Unicode.Scalar(UInt8(97 + $0 % 23))) }))
    }
  }
}
