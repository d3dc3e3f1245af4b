import TestSupport
import Testing

@testable import Comet

/// A message is written once, and framed once for each transport, however many follow it.
@LoopActor
@Suite struct FeedTests {
  /// Counts how often each message is written.
  @LoopActor final class Pen {
    var written: [Int: Int] = [:]
    var resets = 0
    nonisolated init() {}

    func write(_ item: Broadcaster<String>.Item) -> String {
      switch item {
      case .message(let message):
        written[message.id, default: 0] += 1
        return "\(message.id) \(message.value)"
      case .reset(let id):
        resets += 1
        return "reset \(id)"
      }
    }
  }

  private let pen = Pen()

  private func feed(history: Int = 1000) -> Feed<String> {
    let pen = pen
    return Feed(Broadcaster(history: history)) { pen.write($0) }
  }

  /// A list of a thousand long messages would cost each client that asks for it sixty megabytes.
  @Test func aListIsBoundedAndGoesOnAfterItsLastMessage() {
    let feed = feed()
    let long = String(repeating: "x", count: 4000)
    for _ in 1...40 { feed.bus.publish(long) }
    let first = feed.list(after: 0).text
    #expect(first.utf8.count <= 64 * 1024)
    #expect(first.hasPrefix("[1 xx"))
    let count = first.split(separator: ",").count
    #expect((15...20).contains(count))
    #expect(feed.list(after: count).text.hasPrefix("[\(count + 1) xx"))
    // One message is in it, whatever its length.
    feed.bus.publish(String(repeating: "y", count: 2_000_000))
    #expect(feed.list(after: 40).count > 2_000_000)
  }

  @Test func framesAreThoseOfTheTransport() {
    let feed = feed()
    feed.bus.publish("a")
    feed.bus.publish("b\nc")
    let event = "id: 1\ndata: 1 a\n\nid: 2\ndata: 2 b\ndata: c\n\n"
    #expect(feed.read(after: 0, as: .event).bytes.text == event)
    let chunks = "11\r\nid: 1\ndata: 1 a\n\n\r\n19\r\nid: 2\ndata: 2 b\ndata: c\n\n\r\n"
    #expect(feed.read(after: 0, as: .eventChunk).bytes.text == chunks)
    #expect(
      feed.read(after: 0, as: .frame).bytes == Array("\u{1}".utf8).map { $0 | 0x80 } + [3] + Array("1 a".utf8)
        + [0x81, 5] + Array("2 b\nc".utf8))
    #expect((0...2).map { feed.list(after: $0).text } == ["[1 a,2 b\nc]", "[2 b\nc]", "[]"])
  }

  @Test func aMessageIsWrittenOnceForAll() {
    let feed = feed()
    for number in 1...100 {
      feed.bus.publish("message")
      for _ in 1...5 {
        for form in FeedForm.allCases { #expect(feed.read(after: number - 1, as: form).next == number) }
        // Slower ones, each at a cursor of its own.
        for form in FeedForm.allCases { #expect(feed.read(after: number / 2, as: form).next == number) }
        _ = feed.list(after: number - 1)
        _ = feed.list(after: 0)
      }
    }
    #expect(pen.written.count == 100 && pen.written.values.allSatisfy { $0 == 1 }, "\(pen.written)")
    #expect(pen.resets == 0)
  }

  @Test func aReaderThatIsTooLateIsTold() {
    let feed = feed(history: 2)
    for _ in 1...5 { feed.bus.publish("m") }
    for cursor in [-1, 0, 2, 6, .max] {
      #expect(feed.list(after: cursor).text == "[reset 3,4 m,5 m]")
      #expect(feed.read(after: cursor, as: .event).bytes.text.hasPrefix("id: 3\ndata: reset 3\n\nid: 4\n"))
      #expect(feed.read(after: cursor, as: .event).next == 5)
    }
  }

  /// A piece is bounded, and what follows begins where it ended.
  @Test func aLongHistoryIsReadInPieces() {
    let feed = feed()
    for _ in 1...100 { feed.bus.publish(String(repeating: "x", count: 10_000)) }
    for form in FeedForm.allCases {
      var cursor = 0
      var pieces = 0
      while cursor < 100 {
        let (bytes, next) = feed.read(after: cursor, as: form)
        #expect(next > cursor && bytes.count < 80_000)
        (cursor, pieces) = (next, pieces + 1)
      }
      #expect(pieces > 10)
    }
    #expect(pen.written.values.allSatisfy { $0 == 1 })
  }

  /// What a feed's closure sends to a follower itself goes before the message; it does not ask the feed again.
  @Test func whoIsBeingToldMayBeSentSomethingElse() async throws {
    let bus = Broadcaster<String>()
    let followers = Followers()
    let feed = Feed(bus) { item in
      for socket in followers.all { socket.send("audit") }
      return if case .message(let message) = item { message.value } else { "reset" }
    }
    let server = Server { routes in
      routes.webSocket(
        "/ws",
        opening: { _ in
          { socket in
            followers.all.append(socket)
            socket.follow(feed, after: nil)
          }
        },
        message: { _, _ in bus.publish("news") })
    }
    try await withServer(server, sweepsByItself: false) { _ in
      let socket = try await WebSocketClient(port: server.port, path: "/ws")
      try await socket.sendText("go")
      #expect(try await socket.receiveText() == "audit")
      #expect(try await socket.receiveText() == "news")
    }
  }

  @LoopActor
  private final class Followers {
    var all: [WebSocketChannel] = []
    nonisolated init() {}
  }

  /// What was written long ago is forgotten with the history.
  @Test func whatIsKeptIsBounded() {
    let feed = feed(history: 3)
    for number in 1...1000 {
      feed.bus.publish("m")
      #expect(feed.read(after: number - 1, as: .frame).bytes.count == 2 + "\(number) m".utf8.count)
      #expect(feed.list(after: number - 1).text == "[\(number) m]")
    }
    // A reset in the middle: nothing of what went before is told again.
    #expect(feed.list(after: 4).text == "[reset 997,998 m,999 m,1000 m]")
    #expect(pen.written.values.allSatisfy { $0 == 1 })
  }
}
