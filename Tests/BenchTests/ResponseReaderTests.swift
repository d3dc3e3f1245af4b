import Testing

@testable import bench

@Suite struct ResponseReaderTests {
  /// What a response came to: its status and its body.
  private struct Response: Equatable {
    var status: Int
    var body = ""
    var isComplete = false
  }

  private func read(_ text: String, inPiecesOf length: Int) throws -> [Response] {
    var reader = ResponseReader()
    var responses: [Response] = []
    _ = try feed(Array(text.utf8), inPiecesOf: length) { bytes -> [Int] in
      while let part = try reader.next(&bytes) {
        switch part {
        case .head(let status): responses.append(Response(status: status))
        case .body(let body): responses[responses.count - 1].body += String(decoding: body, as: UTF8.self)
        case .end: responses[responses.count - 1].isComplete = true
        }
      }
      return []
    }
    return responses
  }

  @Test(arguments: pieceLengths)
  func responsesFollowOneAnother(_ length: Int) throws {
    let text =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
      + "HTTP/1.1 404 Not Found\r\ncontent-length:0\r\n\r\n"
      + "HTTP/1.1 204 No Content\r\n\r\n"
      + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nevent\r\nB;x=y\r\n: and more\n\r\n0\r\n\r\n"
      + "HTTP/1.1 201 Created\r\nCONTENT-LENGTH: 2\r\n\r\n\r\n"
    let responses = try read(text, inPiecesOf: length)
    #expect(responses.map(\.status) == [200, 404, 204, 200, 201])
    #expect(responses.map(\.body) == ["hello", "", "", "event: and more\n", "\r\n"])
    #expect(responses.filter(\.isComplete).count == responses.count)
  }

  @Test(arguments: pieceLengths)
  func aStreamHasNoEnd(_ length: Int) throws {
    let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nid:\r\n2\r\n 7\r\n10\r\n01234"
    let responses = try read(text, inPiecesOf: length)
    #expect(responses == [Response(status: 200, body: "id: 701234", isComplete: false)])
  }

  /// What follows the head of a WebSocket is left for the reader of frames.
  @Test func afterSwitchingTheBytesAreLeft() throws {
    var reader = ResponseReader()
    let head = Array("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n".utf8)
    try (head + [0x81, 0x00]).withUnsafeBytes { bytes in
      var rest = bytes
      guard case .head(101) = try reader.next(&rest) else {
        Issue.record("no head")
        return
      }
      let more = try reader.next(&rest)
      #expect(more == nil)
      #expect(rest.count == 2)
    }
  }

  @Test(arguments: [
    "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 abc\r\n", "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n123456789\r\n",
  ])
  func whatIsNoResponseIsAnError(_ text: String) {
    for length in pieceLengths { #expect(throws: Failure.self) { try read(text, inPiecesOf: length) } }
  }
}
