import Glibc
import Testing

@testable import CometLoop

@LoopActor
@Suite struct LateReadTests {
  /// Counts how often it is told to read on.
  final class Reader: Channel {
    private(set) var calls = 0

    func ready(_ events: Readiness) {
      if events == .input { calls += 1 }
    }
  }

  /// A stream has two reasons in one turn to be read on in the next: a read that filled the buffer, and an event
  /// besides. When each of them put it on the list, and each of these twice again, a long message was a long list.
  @Test func whoIsListedTwiceIsToldOnce() async throws {
    // Of a pair that nobody writes to, there is nothing to tell but that it can be written to.
    var ends: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { for end in ends { Glibc.close(end) } }
    let reader = Reader()
    try EventLoop.shared.add(reader, descriptor: ends[0])
    defer { EventLoop.shared.remove(descriptor: ends[0]) }
    for round in 1...3 {
      EventLoop.shared.readLater(descriptor: ends[0])
      EventLoop.shared.readLater(descriptor: ends[0])
      #expect(EventLoop.shared.willReadLater(descriptor: ends[0]))
      try await untilRead(ends[0])
      #expect(reader.calls == round)
    }
    // Nor is the next owner of the same number told twice.
    let next = Reader()
    EventLoop.shared.readLater(descriptor: ends[0])
    EventLoop.shared.remove(descriptor: ends[0])
    try EventLoop.shared.add(next, descriptor: ends[0])
    EventLoop.shared.readLater(descriptor: ends[0])
    try await untilRead(ends[0])
    #expect(next.calls == 1)
  }

  /// Mostly in the next turn; in a later one where others have more to read than a turn has time for.
  private func untilRead(_ descriptor: Int32) async throws {
    repeat { try await sleep(for: .milliseconds(1)) } while EventLoop.shared.willReadLater(descriptor: descriptor)
  }
}
