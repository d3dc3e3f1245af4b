import Comet
import TestSupport
import Testing

/// What may be in a message, and what no page sends.
@Suite struct MessagesInputTests {
  private static let path = "/api/messages"

  /// Data of any kind comes out as it went in.
  @Test(arguments: [
    "null", "true", "false", "0", "-1", "1.5", "9007199254740991", "\"\"", "\"<img src=x>\"", "\"\\u2028\\u0000\\n\"",
    "\"\u{1F600} Grüße 你好\"", "[]", "{}", "[1,[2,[3]]]", #"{"a":{"b":[null,true]},"c":"d"}"#, #""{\"id\":9}""#,
  ])
  func dataComesOutAsItWentIn(_ data: String) async throws {
    try await withDemo { demo in
      let stored = try await demo.post(Self.path, "{\"data\":\(data)}")
      #expect(stored.status == 201)
      let message: JSON = ["id": 1, "name": "message", "data": try JSON(text: data)]
      #expect(try JSON(text: stored.text) == message)
      let stream = try await EventStreamClient(port: demo.port, path: Self.path)
      #expect(try JSON(text: try await stream.next().data) == message)
      #expect(try JSON(text: try await demo.get(Self.path).text) == [message])
    }
  }

  /// What a decoder would round, or take for one name, stays as it was sent.
  @Test(arguments: [
    "3.14159265358979323846264338327950288", "1e-400", "12345678901234567890123", "{\"\u{E9}\":1,\"e\u{301}\":2}",
    #"{"z":1,"a":2}"#, #""\u00e9""#,
  ])
  func dataIsNotChanged(_ data: String) async throws {
    try await withDemo { demo in
      try await demo.post(Self.path, "{\"data\": \(data) }")
      #expect(try await demo.get(Self.path).text == "[{\"id\":1,\"name\":\"message\",\"data\":\(data)}]")
    }
  }

  /// Each is answered by an error, and nothing is stored.
  @Test(arguments: [
    String(repeating: "[", count: 60_000), #"{"data":"# + String(repeating: "[", count: 60_000),
    #"{"data":"# + String(repeating: "[", count: 30_000) + String(repeating: "]", count: 30_000) + "}",
    #"{"data":"# + String(repeating: #"{"a":"#, count: 10_000) + "1" + String(repeating: "}", count: 10_001),
    #"{"data":1,}"#, #"{"data":[1,]}"#, #"{"data":1,"data":2}"#, #"{"data":1e999}"#,
    #"{"data":NaN}"#, #"{"data":"\ud800"}"#, #"{"data":[,]}"#,
    #"{"data":01}"#, "{'data':1}", "{\"data\":\"\u{1}\"}",
    #"{"data":1}{"data":2}"#, #"{"name":null,"data":1}"#, #"{"name":["a"],"data":1}"#, "null", "7", #""data""#, " ",
  ])
  func whatIsNoMessageIsNotStored(_ body: String) async throws {
    try await withDemo { demo in
      let answer = try await demo.post(Self.path, body)
      #expect(answer.status == 400, "\(body.prefix(40)): \(answer.text)")
      let socket = try await WebSocketClient(port: demo.port, path: Self.path)
      try await socket.sendText(body)
      let refusal = try JSON(text: try await socket.receiveText())
      #expect(refusal["error"]?.string?.isEmpty == false)
      // The socket is still good, and the number was not used up.
      try await socket.sendText(#"{"data":"good"}"#)
      #expect(try JSON(text: try await socket.receiveText())["id"] == 1)
    }
  }

  @Test(
    arguments: [
      [0xFF, 0xFE, 0x7B, 0x00], [0x7B, 0x22, 0xC3, 0x28, 0x22, 0x7D], [0x00],
      #"{"data":1}"#.utf16.flatMap { [UInt8($0), 0] }, #"{"data":1}"#.utf16.flatMap { [0, UInt8($0)] },
    ] as [[UInt8]])
  func bytesThatAreNoTextAreRefused(_ body: [UInt8]) async throws {
    try await withDemo { demo in
      let client = try await RawClient(port: demo.port)
      #expect(try await client.request("POST", Self.path, body: body).status == 400)
      #expect(try await client.request("GET", Self.path).text == "[]")
    }
  }

  @Test func aMessageIsAText() async throws {
    try await withDemo { demo in
      let socket = try await WebSocketClient(port: demo.port, path: Self.path)
      try await socket.sendBinary(Array(#"{"data":1}"#.utf8))
      try await socket.expectClose(code: 1003)
      #expect(try await demo.get(Self.path).text == "[]")
    }
  }

  @Test func theListDependsOnWhatIsAskedFor() async throws {
    try await withDemo { demo in
      for accept in ["*/*", "text/event-stream;q=0", "text/event-stream\t; q=0.0, application/json"] {
        let answer = try await demo.get(Self.path, fields: ["Accept": accept])
        #expect(answer.text == "[]" && answer["Vary"] == "Accept", "\(accept)")
      }
      for accept in ["text/event-stream", "text/event-stream\t;q=0.1", "a/b, Text/Event-Stream"] {
        let client = try await RawClient(port: demo.port)
        try await client.sendRequest("GET", Self.path, fields: ["Accept": accept])
        let head = try await client.head()
        #expect(head["Content-Type"] == "text/event-stream" && head["Vary"] == "Accept", "\(accept)")
      }
    }
  }

  /// However many fields stand before it.
  @Test func aQueryIsReadToItsEnd() async throws {
    try await withDemo { demo in
      let answer = try await demo.get("\(Self.path)?" + String(repeating: "a&", count: 1200) + "after=x")
      #expect(answer.status == 400)
    }
  }

  /// The longest message that is taken, and the first that is not.
  @Test func aMessageHas64KiB() async throws {
    try await withDemo { demo in
      let frame = #"{"data":""}"#.utf8.count
      let longest = "{\"data\":\"\(String(repeating: "d", count: 65_536 - frame))\"}"
      #expect(try await demo.post(Self.path, longest).status == 201)
      #expect(try await demo.post(Self.path, longest + " ").status == 413)
      let socket = try await WebSocketClient(port: demo.port, path: "\(Self.path)?after=1")
      try await socket.sendText(longest)
      #expect(try JSON(text: try await socket.receiveText())["id"] == 2)
    }
  }

  @Test(arguments: ["seven", "-1", "1.5", "99999999999999999999", "9007199254740993"])
  func aLastEventIDThatIsNoNumberIsRefused(_ id: String) async throws {
    try await withDemo { demo in
      let answer = try await demo.get(Self.path, fields: ["Accept": "text/event-stream", "Last-Event-ID": id])
      #expect(answer.status == 400 && answer.isOneLine)
    }
  }

  /// A client that waits is held for whatever it asks, and never for longer than 25 seconds.
  @Test(arguments: [String(repeating: "9", count: 400), "26", "20.5"])
  func whoWaitsForLongIsHeld(_ wait: String) async throws {
    try await withDemo { demo in
      let client = try await RawClient(port: demo.port)
      try await client.sendRequest("GET", "\(Self.path)?after=0&wait=\(wait)")
      try await client.expectOpen()
      try await demo.post(Self.path, #"{"data":1}"#)
      #expect(try await client.response().status == 200)
    }
  }

  @Test(arguments: ["PUT", "DELETE", "PATCH"])
  func otherMethodsAreRefused(_ method: String) async throws {
    try await withDemo { demo in
      let answer = try await RawResponse.request(method, Self.path, port: demo.port, body: #"{"data":1}"#)
      #expect(answer.status == 405 && answer["Allow"] == "GET, HEAD, POST, OPTIONS")
    }
  }
}
