// The client's end of a WebSocket, which can also send what no client may send (RFC 6455).

import CometWire

/// A frame of the server, with what is wrong in its form left in.
struct ServerFrame {
  let isFinal: Bool
  let reserved: UInt8
  let opcode: UInt8
  let isMasked: Bool
  /// How many bytes the length takes: 1, 3 or 9.
  let lengthSize: Int
  let payload: [UInt8]

  var name: String {
    switch opcode {
    case 0: "continuation"
    case 1: "text"
    case 2: "binary"
    case 8: "close"
    case 9: "ping"
    case 10: "pong"
    default: "opcode \(opcode)"
    }
  }

  /// For people: `a text frame with "hello"`.
  var text: String { "a \(name) frame with \(payload.isEmpty ? "no payload" : Readable.quoted(payload, limit: 60))" }

  /// The code of a close frame; nil when it has none.
  var closeCode: Int? {
    opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
  }

  /// Whether a close frame has a code that may be sent, or no payload at all (RFC 6455 §7.4, §5.5.1).
  var hasCodeThatMayBeSent: Bool {
    payload.isEmpty || closeCode.map { CloseCode(rawValue: UInt16(clamping: $0)).mayBeSent } == true
  }

  /// What a browser closes for, whatever is in the frame (RFC 6455 §5.2, §5.5).
  func expectForm() throws {
    guard reserved == 0 else { throw Fault(expected: "no reserved bit in \(text)", got: "The bits are \(reserved).") }
    guard opcode < 8 || isFinal && lengthSize == 1 else {
      throw Fault(expected: "\(text), with FIN and its length in one byte", got: "It has another form.")
    }
  }
}

final class WebSocketPeer {
  enum Arrival {
    case frame(ServerFrame)
    case end
    case silence
  }

  let session: Session
  let answer: Answer
  /// The value of Sec-WebSocket-Accept that belongs to the key sent.
  let accept: String
  private var socket: WireSocket { answer.socket }

  private static let frameLimit = 1 << 20

  /// Opens a WebSocket, with the fields as a browser sends them or in another form.
  init(
    _ session: Session, at path: String = "/echo",
    upgrade: [(String, String)] = [("Upgrade", "websocket"), ("Connection", "Upgrade")]
  ) throws {
    self.session = session
    let key = Base64.encode((0..<16).map { _ in UInt8.random(in: 0...255) })
    accept = WebSocketKey(key)?.accept ?? ""
    answer = try Self.ask(session, at: path, upgrade + [("Sec-WebSocket-Key", key), ("Sec-WebSocket-Version", "13")])
    guard answer.status == 101 else {
      throw Fault(
        expected: "status 101 for the handshake at \(path) (RFC 6455 §4.2.2)", got: "The status is \(answer.status).",
        (400...599).contains(answer.status) ? .refused : .wrong)
    }
  }

  /// Sends a handshake of exactly these fields.
  static func ask(_ session: Session, at path: String = "/echo", _ fields: [(String, String)]) throws -> Answer {
    let socket = try session.connect()
    var head = "GET \(session.target.prefix)\(path) HTTP/1.1\r\nHost: \(session.target.authority)\r\n"
    for (name, value) in fields { head += "\(name): \(value)\r\n" }
    try socket.send(Array((head + "\r\n").utf8), by: session.deadline())
    return try session.answer(on: socket)
  }

  // MARK: Sending

  func send(_ bytes: [UInt8]) throws {
    try socket.send(bytes, by: session.deadline())
  }

  func send(_ opcode: Opcode, _ payload: [UInt8], isFinal: Bool = true) throws {
    try send(Self.frame(opcode.rawValue, payload, isFinal: isFinal))
  }

  func send(_ text: String) throws {
    try send(.text, Array(text.utf8))
  }

  /// The bytes of a frame, with every rule of a client's frames open to be broken.
  static func frame(
    _ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, reserved: UInt8 = 0, isMasked: Bool = true
  ) -> [UInt8] {
    let maskBit: UInt8 = isMasked ? 0x80 : 0
    var bytes = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
    let lengthSize = payload.count <= 125 ? 0 : payload.count <= 65_535 ? 2 : 8
    bytes.append(maskBit | (lengthSize == 0 ? UInt8(clamping: payload.count) : lengthSize == 2 ? 126 : 127))
    for index in 0..<lengthSize {
      bytes.append(UInt8(truncatingIfNeeded: payload.count >> (8 * (lengthSize - 1 - index))))
    }
    guard isMasked else { return bytes + payload }
    let key = (0..<4).map { _ in UInt8.random(in: 1...255) }
    return bytes + key + Self.masked(payload, key)
  }

  /// A loop, since it meets hundreds of long messages in a test's debug build.
  private static func masked(_ payload: [UInt8], _ key: [UInt8]) -> [UInt8] {
    var bytes = payload
    for index in bytes.indices { bytes[index] ^= key[index % 4] }
    return bytes
  }

  // MARK: Receiving

  /// Waits for the next frame, whatever it is.
  func next(by deadline: ContinuousClock.Instant) throws -> Arrival {
    while true {
      if let frame = try parse() { return .frame(frame) }
      switch try socket.receive(by: deadline) {
      case .bytes: continue
      case .end: return .end
      case .silence: return .silence
      }
    }
  }

  /// Waits for a frame that is wanted; pings are answered, and what is not wanted is passed over.
  func wait(for what: String, where isWanted: (ServerFrame) -> Bool) throws -> ServerFrame {
    let deadline = session.deadline()
    var seen: [String] = []
    func story(_ end: String) -> String {
      (seen.isEmpty ? "" : "There came \(seen.prefix(4).joined(separator: ", then ")). ") + end
    }
    while true {
      switch try next(by: deadline) {
      case .frame(let frame):
        if isWanted(frame) { return frame }
        seen.append(frame.text)
        guard frame.opcode != 8 else {
          throw Fault(
            expected: what,
            got: story("The server closed, with the code \(frame.closeCode.map(String.init) ?? "none")."))
        }
        if frame.opcode == 9 { try send(.pong, frame.payload) }
        guard seen.count < 1000 else { throw Fault(expected: what, got: story("And so on, without end.")) }
      case .end: throw Fault(expected: what, got: story("Then the connection was closed."))
      case .silence:
        let rest = socket.unread.prefix(12)
        let unread =
          rest.isEmpty ? "It did not come in time." : "\(Readable.quoted(rest)) came, which is no whole frame."
        throw Fault(expected: what, got: story(unread), .silent)
      }
    }
  }

  /// Waits for a whole message, in one frame or in several.
  func message(_ what: String) throws -> (opcode: UInt8, payload: [UInt8], frames: [ServerFrame]) {
    var frames = [try wait(for: what) { $0.opcode == 1 || $0.opcode == 2 }]
    while let last = frames.last, !last.isFinal {
      frames.append(try wait(for: what) { $0.opcode == 0 })
      guard frames.count <= 1000 else { throw Fault(expected: what, got: "It comes in more than 1000 frames.") }
    }
    return (frames[0].opcode, frames.flatMap(\.payload), frames)
  }

  private func parse() throws -> ServerFrame? {
    let bytes = socket.unread
    guard bytes.count >= 2 else { return nil }
    let short = Int(bytes[1] & 0x7F)
    let lengthSize = short == 126 ? 3 : short == 127 ? 9 : 1
    let isMasked = bytes[1] & 0x80 != 0
    let headSize = 1 + lengthSize + (isMasked ? 4 : 0)
    guard bytes.count >= headSize else { return nil }
    let length = lengthSize == 1 ? UInt64(short) : bytes[2..<1 + lengthSize].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Self.frameLimit) else {
      throw Fault(
        expected: "a frame of the length of its message (RFC 6455 §5.2)",
        got: "A frame begins with \(Readable.quoted(bytes.prefix(10))), which announces \(length) bytes.")
    }
    guard bytes.count >= headSize + Int(length) else { return nil }
    let head = socket.take(headSize)
    var payload = socket.take(Int(length))
    if isMasked {
      let key = Array(head.suffix(4))
      payload = Self.masked(payload, key)
    }
    return ServerFrame(
      isFinal: head[0] & 0x80 != 0, reserved: head[0] >> 4 & 7, opcode: head[0] & 0x0F, isMasked: isMasked,
      lengthSize: lengthSize, payload: payload)
  }
}
