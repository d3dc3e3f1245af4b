// Solution: XHR streaming.

import Comet
import ExerciseKit

/// How many clients read a stream now.
@LoopActor private var clients = 0

let xhrStream = RawServer { connection in
  guard let request = try await connection.receiveRequest() else { return }
  switch request.path {
  case "/stream":
    clients += 1
    // Also when `sleep` throws, because the client has left.
    defer { clients -= 1 }
    try await connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in 1...10 {
      try await sleep(for: .milliseconds(100))
      let line = "\(Int.random(in: 0...9999))\n"
      // A chunk: its size in hexadecimal, and its bytes (RFC 9112 §7.1).
      try await connection.send("\(String(line.utf8.count, radix: 16))\r\n\(line)\r\n")
    }
    try await connection.send("0\r\n\r\n")
  case "/clients":
    let body = "\(clients)"
    try await connection.send(
      "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
  default:
    try await connection.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
  }
}
