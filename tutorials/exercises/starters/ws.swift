// Exercise: WebSocket. What to build stands in tutorials/exercises/ws.md.
//
// The server is a raw one: it sends the bytes that you write, and nothing else.

import Comet
import ExerciseKit

let webSocket = RawServer { connection in
  guard let request = try await connection.receiveRequest() else { return }
  // TODO: refuse what is no handshake: another path, no key, another version than 13.
  // TODO: the key of the request becomes the value of Sec-WebSocket-Accept: WebSocketKey(key)?.accept
  try await connection.send(
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Accept: \(request["Sec-WebSocket-Key"] ?? "")\r\n\r\n")

  while true {
    // TODO: here are the article's bugs. One read is taken for one frame, and each frame for a whole text message.
    let bytes = try await connection.receive()
    guard bytes.count >= 6 else { return }
    let key = bytes[2..<6]
    let payload = bytes[6...].enumerated().map { $1 ^ key[key.startIndex + $0 % 4] }
    // TODO: a ping comes back as text, a close is not answered, and nobody looks whether the text is UTF-8.
    try await connection.send(textFrame(payload))
  }
}

private func textFrame(_ payload: [UInt8]) -> [UInt8] {
  // TODO: what stands in the second byte for 126 bytes and more, and in which order does the length follow?
  let count = payload.count
  if count < 126 { return [0x81, UInt8(count)] + payload }
  return [0x81, 126, UInt8(truncatingIfNeeded: count), UInt8(truncatingIfNeeded: count >> 8)] + payload
}
