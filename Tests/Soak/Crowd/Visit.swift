// What guests do: most are rude. A visit sends some bytes, waits for something, and leaves in one way or another.

struct Visit {
  enum Wait {
    /// So many bytes of the server's.
    case bytes(Int)
    /// The server's end.
    case end
    /// Some milliseconds, whatever comes.
    case pause(Int)
  }

  enum Leaving: CaseIterable {
    case close, reset
    /// Ends its own side, and reads to the server's end.
    case halfClose
    /// Ends a WebSocket in order.
    case closeFrame
  }

  let name: String
  let request: [UInt8]
  /// How the answer must begin; nil when there may be none.
  let answer: String?
  let wait: Wait
  let leaving: Leaving
  /// A guest that does not read has small buffers, so that its server feels it soon.
  let reads: Bool

  init(
    _ name: String, _ request: [UInt8], answer: String? = nil, _ wait: Wait, _ leaving: Leaving, reads: Bool = true
  ) {
    self.name = name
    self.request = request
    self.answer = answer
    self.wait = wait
    self.leaving = leaving
    self.reads = reads
  }
}

/// Makes up one visit after the other. The same seed makes the same visits.
struct Visits {
  private let host: String
  private var state: UInt64
  /// The number of the newest message that the server has confirmed: a client that asks for what comes after it is
  /// held.
  var lastMessage = 0

  init(port: UInt16, seed: UInt64) {
    host = "Host: localhost:\(port)\r\n"
    state = seed
  }

  /// SplitMix64.
  private mutating func random(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ mixed >> 31) % UInt64(bound))
  }

  private mutating func noise(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(random(256)) }
  }

  private func get(_ path: String, _ fields: String = "") -> [UInt8] {
    Array("GET \(path) HTTP/1.1\r\n\(host)\(fields)\r\n".utf8)
  }

  private func post(_ path: String, _ rest: String) -> [UInt8] {
    Array("POST \(path) HTTP/1.1\r\n\(host)\(rest)".utf8)
  }

  private func upgrade(_ path: String, _ frames: [UInt8] = []) -> [UInt8] {
    get(
      path,
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") + frames
  }

  mutating func next() -> Visit {
    let leaving = [Visit.Leaving.close, .reset, .halfClose][random(3)]
    let pause = Visit.Wait.pause(random(60))
    let (ok, switched) = ("HTTP/1.1 200 ", "HTTP/1.1 101 ")
    switch random(24) {
    case 0: return Visit("asks", get("/time", "Connection: close\r\n"), answer: ok, .end, .close)
    case 1:
      return Visit("asks three times", get("/time") + get("/time") + get("/time"), answer: ok, .bytes(300), leaving)
    case 2: return Visit("reads a page", get("/polling.html", "Connection: close\r\n"), answer: ok, .end, .close)
    case 3: return Visit("holds a poll", get("/lpc/time"), pause, leaving)
    case 4: return Visit("holds a list", get("/api/messages?after=\(lastMessage)&wait=20"), pause, leaving)
    case 5: return Visit("hears events", get("/evt"), answer: ok, .bytes(250), leaving)
    case 6: return Visit("hears messages", get("/api/messages", "Accept: text/event-stream\r\n"), pause, leaving)
    case 7: return Visit("hears a stream", get("/stream"), answer: ok, .bytes(250), leaving)
    case 8:
      return Visit("talks", upgrade("/echo", frame(Array("hello".utf8))), answer: switched, .bytes(136), .closeFrame)
    case 9: return Visit("stops talking", upgrade("/echo", frame(noise(100))), answer: switched, .bytes(129), leaving)
    case 10: return Visit("reads by socket", upgrade("/api/messages?after=\(lastMessage)"), pause, leaving)
    case 11: return Visit("begins a frame", upgrade("/ws", [0x81, 0xFE, 1]), answer: switched, .bytes(129), leaving)
    case 12: return Visit("frames noise", upgrade("/ws", [0xFF] + noise(random(200))), answer: switched, .end, .close)
    case 13:
      let length: [UInt8] = [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4]
      return Visit("frames too much", upgrade("/ws", length), answer: switched, .end, .close)
    case 14: return Visit("makes noise", noise(random(300)), pause, leaving)
    case 15: return Visit("asks nonsense", noise(20) + Array("\r\n\r\n".utf8), answer: "HTTP/1.1 4", .end, .close)
    case 16:
      return Visit(
        "asks too much", get("/" + String(repeating: "a", count: 20_000)), answer: "HTTP/1.1 4", .end, .close)
    case 17: return Visit("begins a head", Array(get("/time").dropLast(1 + random(40))), pause, leaving)
    case 18: return Visit("begins a body", post("/echo", "Content-Length: 100\r\n\r\nhello"), pause, leaving)
    case 19: return Visit("begins a chunk", post("/echo", "Transfer-Encoding: chunked\r\n\r\nff\r\nhi"), pause, leaving)
    case 20: return Visit("says nothing", [], pause, leaving)
    case 21: return Visit("vanishes", [get("/time"), []][random(2)], .pause(0), leaving)
    case 22:
      let requests = [[UInt8]](repeating: get("/style.css"), count: 60).flatMap(\.self)
      return Visit("does not read", requests, pause, [.close, .reset][random(2)], reads: false)
    default:
      // Seldom, since every message goes to all who are there.
      guard random(8) == 0 else { return Visit("asks for a head", Array(get("/time").dropFirst(3)), .end, .close) }
      let message = "Content-Length: 13\r\nConnection: close\r\n\r\n{\"data\":\"hi\"}"
      return Visit("posts", post("/api/messages", message), answer: "HTTP/1.1 201 ", .end, .close)
    }
  }

  /// A binary message, masked by zeros.
  private func frame(_ payload: [UInt8]) -> [UInt8] {
    [0x82, 0x80 | UInt8(payload.count), 0, 0, 0, 0] + payload
  }
}
