// Solution: frames are read from a buffer.

import Comet
import ExerciseKit

let fixFrames = RawServer { connection in
  guard let request = try await connection.receiveRequest() else { return }
  guard let accept = request["Sec-WebSocket-Key"].flatMap({ WebSocketKey($0)?.accept }) else {
    return try await connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
  }
  try await connection.send(
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Accept: \(accept)\r\n\r\n")

  var buffer: [UInt8] = []
  // The message that is not whole: its kind, and what has come of it.
  var kind: UInt8 = 1
  var message: [UInt8] = []
  while true {
    let bytes = try await connection.receive()
    guard !bytes.isEmpty else { return }
    buffer += bytes
    while let frame = takeFrame(from: &buffer) {
      switch frame.opcode {
      case 8: return try await connection.send(frameBytes(8, Array(frame.payload.prefix(2))))
      case 9: try await connection.send(frameBytes(10, frame.payload))
      case 10: break
      default:
        // A continuation has the opcode 0, and the kind of the frame before.
        if frame.opcode != 0 { kind = frame.opcode }
        message += frame.payload
        guard frame.isFinal else { continue }
        try await connection.send(frameBytes(kind, message))
        message = []
      }
    }
    // No message of this exercise is longer.
    guard buffer.count + message.count < 1 << 20 else { return }
  }
}

private struct Frame {
  let isFinal: Bool
  let opcode: UInt8
  let payload: [UInt8]
}

/// Takes a frame from the front, when all of it is there (RFC 6455 §5.2).
private func takeFrame(from buffer: inout [UInt8]) -> Frame? {
  guard buffer.count >= 2 else { return nil }
  let short = buffer[1] & 0x7F
  let lengthSize = short == 126 ? 2 : short == 127 ? 8 : 0
  let headSize = 2 + lengthSize + 4
  guard buffer.count >= headSize else { return nil }
  let long = buffer[2..<2 + lengthSize].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  let length = Int(clamping: lengthSize == 0 ? UInt64(short) : long)
  guard buffer.count - headSize >= length else { return nil }
  let key = Array(buffer[headSize - 4..<headSize])
  let payload = buffer[headSize..<headSize + length].enumerated().map { $1 ^ key[$0 % 4] }
  let frame = Frame(isFinal: buffer[0] & 0x80 != 0, opcode: buffer[0] & 0x0F, payload: payload)
  buffer.removeFirst(headSize + length)
  return frame
}

/// A whole message in one frame, without a mask, the length in its shortest form.
private func frameBytes(_ opcode: UInt8, _ payload: [UInt8]) -> [UInt8] {
  let count = payload.count
  let lengthSize = count <= 125 ? 0 : count <= 65_535 ? 2 : 8
  let length = (0..<lengthSize).reversed().map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
  return [0x80 | opcode, lengthSize == 0 ? UInt8(count) : lengthSize == 2 ? 126 : 127] + length + payload
}
