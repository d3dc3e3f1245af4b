import CometWire
import Testing

@Suite struct ResponseHeadTests {
  @Test(
    arguments: [
      (.ok, [], "HTTP/1.1 200 OK\r\n"),
      (.notFound, [("A", "b"), ("a", "c")], "HTTP/1.1 404 Not Found\r\nA: b\r\na: c\r\n"),
      (Status(code: 299, phrase: ""), [], "HTTP/1.1 299 \r\n"),
      (Status(code: 299, phrase: "a\r\nX: b\0"), [], "HTTP/1.1 299 a  X: b \r\n"),
      (Status(code: 99, phrase: "a"), [], "HTTP/1.1 500 a\r\n"),
      (Status(code: 1000, phrase: "a"), [], "HTTP/1.1 500 a\r\n"),
      (.ok, [("Location", "/\r\n\r\n<script>")], "HTTP/1.1 200 OK\r\nLocation: /    <script>\r\n"),
    ] as [(Status, [(String, String)], String)])
  func writesStatusLineAndFields(status: Status, lines: [(String, String)], wire: String) {
    var fields = Fields()
    for (name, value) in lines { fields.append(name, value) }
    var bytes = Array("before".utf8)
    ResponseHead(status, fields).serialize(into: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "before" + wire)
  }

  /// The phrase is for people, and has one line wherever it is shown.
  @Test func aStatusIsItsCode() {
    #expect(Status(code: 404, phrase: "Nicht gefunden") == .notFound)
    #expect(Set([Status.notFound, Status(code: 404, phrase: "")]).count == 1)
    #expect(Status(code: 404, phrase: "") != .gone)
    #expect("\(Status(code: 299, phrase: "a\r\nGET /b 200 OK"))" == "299 a  GET /b 200 OK")
  }

  @Test func someStatusesEndWithTheirHead() {
    for code in 100...599 {
      let forbids = code < 200 || code == 204 || code == 304
      #expect(Status(code: code, phrase: "").forbidsBody == forbids)
    }
  }

  @Test(arguments: [(1, "1"), (9, "9"), (10, "a"), (255, "ff"), (4096, "1000"), (65_536, "10000")])
  func chunksBeginWithTheirSize(count: Int, size: String) {
    let data = [UInt8](repeating: 0x61, count: count)
    #expect(ChunkEncoder.chunk(data) == Array("\(size)\r\n".utf8) + data + [0x0D, 0x0A])
  }

  /// An empty chunk would end the body.
  @Test func nothingMakesNoChunk() {
    #expect(ChunkEncoder.chunk([]).isEmpty)
    #expect(ChunkEncoder.last == Array("0\r\n\r\n".utf8))
  }

  @Test func whatIsEncodedIsReadAgain() {
    let pieces = ["a", "\r\n", "0\r\n\r\n", String(repeating: "b", count: 300)]
    let body = pieces.flatMap { ChunkEncoder.chunk(Array($0.utf8)) } + ChunkEncoder.last
    let bytes = Array(request("POST / HTTP/1.1", "Transfer-Encoding: chunked").utf8) + body
    #expect(ParsedRequests(bytes, pieceSize: 1).requests.map(\.body) == [pieces.joined()])
  }
}
