import CometDemo
import TestSupport
import Testing

/// Texts of combining marks only, as long as each demo takes them. Compared as texts, they would hold up everybody for
/// seconds; see the tests of the server.
@Suite struct CombiningMarkTests {
  private static let marks = String(repeating: "\u{301}\u{316}", count: 15_000)
  private static let manyMarks = String(repeating: "\u{301}\u{316}", count: 95_000)

  private static let posts = [
    ("/chat/messages", #"{"name":"Ann","text":"MARKS","key":"a"}"#, 201),
    ("/im", #"{"name":"a","data":"MARKS","id":"a"}"#, 201),
    ("/api/messages", #"{"data":"MARKS"}"#, 201), ("/tabs/bus", #"{"name":"a","data":"MARKS","id":"a"}"#, 201),
    ("/chat/messages", #"{"name":"dMANY","text":"a"}"#, 400), ("/im", #"{"name":"dMANY","data":1}"#, 400),
    ("/pns/trouble", #"{"sid":"a","kind":"fMANY"}"#, 400), ("/pns/trouble", #"{"sid":"fMANY","kind":"fail"}"#, 403),
    ("/pns/deliver", #"{"sid":"dMANY","from":"a","subject":"a"}"#, 403),
    ("/chat/messages", #"{"name":"a","text":"a","kMANY":1}"#, 400),
  ]

  @Test func arePostedAtOnce() async {
    await #expect(processExitsWith: .success) {
      try await withDemo { demo in
        for (path, body, status) in Self.posts {
          limitProcessorTime(toSeconds: 5)
          // Sent again and again, it is compared with what is there.
          for beginning in ["a", "a"] {
            // In one of them only: to look for something in the marks takes long, too.
            let text =
              body.contains("MANY")
              ? body.replacing("MANY", with: Self.manyMarks)
              : body.replacing("MARKS", with: beginning + Self.marks)
            let answer = try await demo.post(path, text)
            #expect(answer.status == status, "\(path): \(answer.text.prefix(80))")
          }
        }
        let events = try await EventStreamClient(port: demo.port, path: "/chat/messages?after=0")
        _ = try await events.next()
        #expect(try await demo.get("/time").status == 200)
      }
    }
  }

  @Test func areACommandOfASocketAtOnce() async {
    await #expect(processExitsWith: .success) {
      limitProcessorTime(toSeconds: 5)
      try await withDemo { demo in
        let socket = try await WebSocketClient(port: demo.port, path: "/reconnect")
        try await socket.sendText(#"{"name":"d"# + Self.manyMarks + #"","data":1}"#)
        while try await !socket.receiveText().utf8.starts(with: #"{"data":"Send JSON"#.utf8) {}
      }
    }
  }
}
