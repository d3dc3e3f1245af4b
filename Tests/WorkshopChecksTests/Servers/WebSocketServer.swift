import CometWire

/// A right server for the exercise `ws`, which can break one rule.
struct WebSocketServer {
  let fault: String?

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    let upgrade = request.fields["upgrade"] ?? ""
    let connection = (request.fields["connection"] ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
    let isWanted =
      fault == "letter-case"
      ? upgrade == "websocket" && connection == ["Upgrade"]
      : upgrade.lowercased() == "websocket" && connection.contains { $0.lowercased() == "upgrade" }
    guard isWanted else { return peer.answer("400 Bad Request") }
    guard request.fields["sec-websocket-version"] == "13" else {
      return peer.answer("426 Upgrade Required", fault == "version" ? [] : ["Sec-WebSocket-Version: 13"])
    }
    let key = request.fields["sec-websocket-key"] ?? (fault == "no-key" ? "AQIDBAUGBwgJCgsMDQ4PEA==" : "")
    guard let accept = WebSocketKey(key)?.accept else { return peer.answer("400 Bad Request") }
    peer.write(
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\n"
        + (fault == "upgrade" ? "" : "Connection: upgrade\r\n")
        + (fault == "unasked" ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "")
        + "Sec-WebSocket-Accept: \(fault == "accept" ? key : accept)\r\n\r\n")
    WebSocketTalker(peer, fault).run()
  }
}

/// What such a server says when the WebSocket is open.
final class WebSocketTalker {
  private struct Frame {
    var isFinal = true
    var reserved: UInt8 = 0
    var opcode: UInt8
    var isMasked = true
    var payload: [UInt8]
  }

  private let peer: RawPeer
  private let fault: String?
  private var message: [UInt8] = []
  /// Of the message that is not complete; 0 when there is none.
  private var opcode: UInt8 = 0

  init(_ peer: RawPeer, _ fault: String?) {
    self.peer = peer
    self.fault = fault
  }

  func run() {
    if fault == "a pong that nobody has asked for" { send(10, Array("here".utf8)) }
    while peer.receive() {
      if isIncomplete, fault == "split" && isByteByByte || fault == "two-clients" && !isByteByByte { return }
      while let frame = parse() {
        guard answer(frame) else { return }
        if fault == "together", frame.isFinal, frame.payload == Array("one".utf8) {
          _ = peer.take(peer.unread.count)
        }
      }
    }
  }

  /// Whether this is a part of a short frame.
  private var isIncomplete: Bool {
    let bytes = peer.unread
    return bytes.count < 2 || bytes[1] & 0x7F <= 12 && bytes.count < 6 + Int(bytes[1] & 0x7F)
  }

  /// Only the rule `split` sends a single byte, and a frame of 12.
  private var isByteByByte: Bool { peer.unread.count < 2 || peer.unread[1] & 0x7F == 12 }

  private func parse() -> Frame? {
    let bytes = peer.unread
    guard bytes.count >= 2 else { return nil }
    let isMasked = bytes[1] & 0x80 != 0
    var length = Int(bytes[1] & 0x7F)
    let extra = length == 126 ? 2 : length == 127 ? 8 : 0
    let head = 2 + extra + (isMasked ? 4 : 0)
    guard bytes.count >= head else { return nil }
    if extra > 0 { length = bytes[2..<2 + extra].reduce(0) { $0 << 8 | Int($1) } }
    guard bytes.count >= head + length else { return nil }
    let key = Array(peer.take(head).suffix(4))
    var payload = peer.take(length)
    if isMasked { for index in payload.indices { payload[index] ^= key[index % 4] } }
    return Frame(
      isFinal: bytes[0] & 0x80 != 0, reserved: bytes[0] & 0x70, opcode: bytes[0] & 0x0F, isMasked: isMasked,
      payload: payload)
  }

  /// False when the connection is over.
  private func answer(_ frame: Frame) -> Bool {
    if !frame.isMasked, fault != "mask-missing" { return fail(1002) }
    if frame.reserved != 0, fault != "reserved-bits",
      fault != "reserved-bits, but for the first" || frame.reserved == 0x40
    {
      return fail(1002)
    }
    switch frame.opcode {
    case 0 where opcode == 0 && fault != "continuation": return fail(1002)
    case 1 where opcode != 0 && fault != "unfinished", 2 where opcode != 0: return fail(1002)
    case 0, 1, 2: return data(frame)
    case 8...10 where !frame.isFinal && fault != "fragmented-control": return fail(1002)
    case 8...10 where frame.payload.count > 125 && fault != "long-control": return fail(1002)
    case 8:
      if fault == "close, with a reserved bit" { return peer.write([0xC8, 0]) && false }
      if fault != "close" { send(8, frame.payload) }
      if fault == "close-connection, after another word" { send(1, Array("bye".utf8)) }
      // This one does not end the connection, but waits for the client to do it.
      if fault == "close-connection" { while peer.receive() {} }
      return false
    case 9:
      if fault == "ping-between", opcode != 0 { return true }
      if fault == "ping, without FIN", !frame.payload.isEmpty, frame.payload.count < 100, frame.payload != [0x21] {
        return peer.write([0x0A, UInt8(frame.payload.count)] + frame.payload)
      }
      return send(10, fault == "ping" ? [] : frame.payload)
    case 10: return fault == "pong" ? send(1, frame.payload) : true
    case 4...7 where fault == "opcode, but for 3": return true
    default:
      if fault == "opcode, with 1005" { return peer.write([0x88, 2, 3, 0xED]) && false }
      if fault == "opcode, and stays" {
        _ = fail(1002)
        while peer.receive() {}
      }
      return fault == "opcode" ? true : fail(1002)
    }
  }

  private func data(_ frame: Frame) -> Bool {
    if frame.opcode != 0 { (opcode, message) = (frame.opcode, []) }
    if fault == "fragments", frame.opcode == 0, frame.payload == Array("l".utf8) { return true }
    message += frame.payload
    if fault == "split-character", opcode == 1, !isUTF8(frame.payload), !frame.isFinal { return fail(1007) }
    guard frame.isFinal else { return true }
    defer { (opcode, message) = (0, []) }
    if opcode == 1, !isUTF8(message), fault != "utf-8" { return fail(1007) }
    if fault == "fragments of its own", opcode == 1, message.count > 1, message.count < 100 {
      return peer.write([1, 1, message[0], 0x80, UInt8(message.count - 1)] + message.dropFirst())
    }
    if fault == "text", message.starts(with: "What".utf8) { return send(1, Array("WHAT".utf8)) }
    return send(fault == "binary" ? 1 : opcode == 2 ? 2 : 1, message)
  }

  private func isUTF8(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

  private func fail(_ code: UInt16) -> Bool {
    send(8, [UInt8(code >> 8), UInt8(code & 0xFF)])
    return false
  }

  @discardableResult
  private func send(_ opcode: UInt8, _ payload: [UInt8]) -> Bool {
    var payload = payload
    if opcode <= 2 {
      // The wrong servers of the lengths: nothing for nothing, one byte less, or the high byte last.
      if fault == "length-0", payload.isEmpty { return true }
      if fault == "length-\(payload.count)", payload.count > 0, payload.count != 300 { payload.removeLast() }
    }
    let extra = payload.count > 65_535 ? 8 : payload.count > 125 ? 2 : fault == "shortest" && opcode < 8 ? 2 : 0
    let mask: UInt8 = fault == "unmasked" ? 0x80 : 0
    var head = [0x80 | opcode, mask | (extra == 0 ? UInt8(payload.count) : extra == 2 ? 126 : 127)]
    var length = (0..<extra).reversed().map { UInt8(truncatingIfNeeded: payload.count >> (8 * $0)) }
    if fault == "length-300", payload.count == 300 { length.reverse() }
    head += length + (mask == 0 ? [] : [0, 0, 0, 0])
    return peer.write(head + payload)
  }
}
