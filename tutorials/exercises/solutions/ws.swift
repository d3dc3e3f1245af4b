// Solution: WebSocket.

import Comet
import ExerciseKit

let webSocket = RawServer { connection in
  guard let request = try await connection.receiveRequest() else { return }
  if let refusal = refusal(of: request) { return try await connection.send(refusal) }
  let accept = request["Sec-WebSocket-Key"].flatMap { WebSocketKey($0)?.accept } ?? ""
  try await connection.send(
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Accept: \(accept)\r\n\r\n")

  var conversation = Conversation()
  while !conversation.isOver {
    let bytes = try await connection.receive()
    guard !bytes.isEmpty else { return }
    try await connection.send(conversation.receive(bytes))
  }
}

/// The HTTP answer to what is no handshake; nil for one that is (RFC 6455 §4.2.1).
private func refusal(of request: RawRequest) -> String? {
  func tokens(_ name: String) -> [String] {
    (request[name] ?? "").lowercased().split(separator: ",").map { $0.filter { $0 != " " } }
  }
  let end = "Content-Length: 0\r\nConnection: close\r\n\r\n"
  guard request.path == "/echo" else { return "HTTP/1.1 404 Not Found\r\n" + end }
  guard request["Sec-WebSocket-Version"] == "13" else {
    return "HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Version: 13\r\n" + end
  }
  guard request.method == "GET", tokens("Upgrade").contains("websocket"), tokens("Connection").contains("upgrade"),
    request["Sec-WebSocket-Key"].flatMap({ WebSocketKey($0) }) != nil
  else { return "HTTP/1.1 400 Bad Request\r\n" + end }
  return nil
}

/// What one client has sent, and what it gets for that.
private struct Conversation {
  struct Failure: Error { let code: UInt16 }

  private(set) var isOver = false
  /// What has come of frames that are not whole.
  private var buffer: [UInt8] = []
  /// The message that is not whole: its kind, and what has come of it.
  private var opcode: UInt8?
  private var message: [UInt8] = []

  /// Takes the next bytes, and returns what is to be sent.
  mutating func receive(_ bytes: [UInt8]) -> [UInt8] {
    buffer += bytes
    var answer: [UInt8] = []
    do throws(Failure) {
      while !isOver, let frame = try nextFrame() { answer += try self.answer(frame) }
    } catch {
      isOver = true
      answer += Self.frame(8, [UInt8(error.code >> 8), UInt8(error.code & 0xFF)])
    }
    return answer
  }

  private struct Frame {
    let isFinal: Bool
    let opcode: UInt8
    let payload: [UInt8]
  }

  /// RFC 6455 §5.2.
  private mutating func nextFrame() throws(Failure) -> Frame? {
    guard buffer.count >= 2 else { return nil }
    // No reserved bit, and always a mask (§5.1).
    guard buffer[0] & 0x70 == 0, buffer[1] & 0x80 != 0 else { throw Failure(code: 1002) }
    let short = Int(buffer[1] & 0x7F)
    let lengthSize = short == 126 ? 2 : short == 127 ? 8 : 0
    let headSize = 2 + lengthSize + 4
    guard buffer.count >= headSize else { return nil }
    let length = buffer[2..<2 + lengthSize].reduce(lengthSize == 0 ? UInt64(short) : 0) { $0 << 8 | UInt64($1) }
    guard length <= 1 << 20 else { throw Failure(code: 1009) }
    guard buffer.count >= headSize + Int(length) else { return nil }
    let key = buffer[headSize - 4..<headSize]
    let payload = buffer[headSize..<headSize + Int(length)].enumerated().map { $1 ^ key[key.startIndex + $0 % 4] }
    let frame = Frame(isFinal: buffer[0] & 0x80 != 0, opcode: buffer[0] & 0x0F, payload: payload)
    buffer.removeFirst(headSize + Int(length))
    return frame
  }

  private mutating func answer(_ frame: Frame) throws(Failure) -> [UInt8] {
    if frame.opcode >= 8, !frame.isFinal || frame.payload.count > 125 { throw Failure(code: 1002) }
    switch frame.opcode {
    case 0 where opcode != nil: message += frame.payload
    case 1 where opcode == nil, 2 where opcode == nil: (opcode, message) = (frame.opcode, frame.payload)
    case 8:
      isOver = true
      return Self.frame(8, Array(frame.payload.prefix(2)))
    case 9: return Self.frame(10, frame.payload)
    case 10: return []
    default: throw Failure(code: 1002)
    }
    guard message.count <= 1 << 20 else { throw Failure(code: 1009) }
    guard frame.isFinal, let kind = opcode else { return [] }
    opcode = nil
    if kind == 1, String(validating: message, as: UTF8.self) == nil { throw Failure(code: 1007) }
    return Self.frame(kind, message)
  }

  /// A whole message in one frame, without a mask.
  private static func frame(_ opcode: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let lengthSize = payload.count <= 125 ? 0 : payload.count <= 65_535 ? 2 : 8
    let length = (0..<lengthSize).reversed().map { UInt8(truncatingIfNeeded: payload.count >> (8 * $0)) }
    return [0x80 | opcode, [0: UInt8(clamping: payload.count), 2: 126, 8: 127][lengthSize] ?? 0] + length + payload
  }
}
