// Repair: one read taken for one frame. What is wrong stands in tutorials/exercises/fix-frames.md.
//
// The server is a raw one: it sends the bytes that you write, and nothing else.

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

  while true {
    // TODO: these bytes may be a part of a frame, or several. Keep them until a frame is whole.
    let bytes = try await connection.receive()
    guard bytes.count >= 6 else { return }
    // TODO: bytes[0] has FIN and the opcode, bytes[1] the length, or 126 or 127 before a longer one.
    let key = bytes[2..<6]
    let payload = bytes[6...].enumerated().map { $1 ^ key[key.startIndex + $0 % 4] }
    // TODO: a ping wants a pong, a close a close and the end. Only a message comes back, and of its own kind.
    try await connection.send(textFrame(payload))
  }
}

private func textFrame(_ payload: [UInt8]) -> [UInt8] {
  // TODO: in which order does the length follow, and what if two bytes are not enough?
  let count = payload.count
  if count < 126 { return [0x81, UInt8(count)] + payload }
  return [0x81, 126, UInt8(truncatingIfNeeded: count), UInt8(truncatingIfNeeded: count >> 8)] + payload
}
