import Glibc
import TestSupport
import Testing

@testable import CometLoop

@LoopActor
@Suite struct LateReadTests {
  /// Reads all there is, and counts how often it is told so in each turn.
  final class Reader: TCPStream {
    private(set) var received = 0
    private(set) var mostInATurn = 0
    private var turn: UInt32 = 0
    private var calls = 0

    override func readable() {
      calls = turn == EventLoop.shared.turn ? calls + 1 : 1
      turn = EventLoop.shared.turn
      mostInATurn = max(mostInATurn, calls)
      while let bytes = try? receive(), !bytes.isEmpty {
        received += bytes.count
        // The sender must be faster.
        usleep(500)
      }
    }
  }

  /// Of one turn a stream hears twice at most: by an event, and since it did not get to the end before. When each of
  /// these put it on the list of the next turn once more, a long message was a long list.
  @Test func whoSendsMoreThanOneReadIsToldOnceForEachReason() async throws {
    var reader: Reader?
    let listener = try Listener(address: .loopback4, port: 0) { reader = try? Reader($0, queueLimit: 1) }
    defer { listener.close() }
    let client = try await RawClient(port: Int(listener.port), deadline: .seconds(60))
    let length = 4 << 20
    try await client.send([UInt8](repeating: 0, count: length))
    try await eventually("all bytes", within: .seconds(60)) { reader?.received == length }
    #expect(try #require(reader).mostInATurn <= 2)
    reader?.close()
    await client.close()
  }
}
