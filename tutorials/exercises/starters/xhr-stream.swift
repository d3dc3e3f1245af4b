// Exercise: XHR streaming. What to build stands in tutorials/exercises/xhr-stream.md.
//
// The server is a raw one: it sends the bytes that you write, and nothing else.

import Comet
import ExerciseKit

/// How many clients read a stream now.
@LoopActor private var clients = 0

let xhrStream = RawServer { connection in
  guard let request = try await connection.receiveRequest() else { return }
  switch request.path {
  case "/stream":
    // TODO: count this client while it reads. It has left when `sleep` throws.
    try await connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in 1...11 {
      try await sleep(for: .milliseconds(100))
      let number = Int.random(in: 0...9999)
      // TODO: this is no chunk yet, and nothing separates the numbers. How many are there to be, and what ends them?
      try await connection.send("\(number)")
    }
  case "/clients":
    let body = "\(clients)"
    try await connection.send(
      "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
  default:
    try await connection.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
  }
}
