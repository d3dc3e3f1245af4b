import TestSupport
import Testing

@testable import Comet

/// Numbers without gaps, a bounded history, and readers that lose and double nothing.
@LoopActor
@Suite struct BroadcasterTests {
  private func ids<Value>(_ batch: Broadcaster<Value>.Batch) -> [Int] { batch.messages.map(\.id) }

  /// A bus that has sent the numbers 1 to `count`.
  private func bus(history: Int = 1000, sent count: Int = 0) -> Broadcaster<Int> {
    let bus = Broadcaster<Int>(history: history)
    for value in 0..<count { bus.publish(value + 1) }
    return bus
  }

  // MARK: Numbers and history

  @Test func countsFromOneWithoutGaps() {
    let bus = Broadcaster<String>()
    #expect(bus.lastID == 0 && bus.oldestCursor == 0)
    #expect(["a", "b", "a"].map { bus.publish($0).id } == [1, 2, 3])
    #expect(bus.lastID == 3)
    #expect(bus.batch(after: 0).messages.map(\.value) == ["a", "b", "a"])
  }

  @Test(arguments: [1, 2, 3, 10, 1000])
  func keepsTheLastOnes(history: Int) {
    let bus = bus(history: history)
    for value in 1...(3 * history + 1) {
      bus.publish(value)
      let kept = bus.batch(after: bus.oldestCursor)
      #expect(kept.messages.count == min(value, history) && !kept.reset)
      #expect(kept.messages.last?.id == value && kept.messages.allSatisfy { $0.id == $0.value })
    }
  }

  /// What a program may ask for, however odd.
  @Test(arguments: [(Int.min, 1), (0, 1), (Int.max, Int.max)])
  func aHistoryHasAtLeastOneMessage(history: Int, limit: Int) {
    let bus = bus(history: history, sent: 5)
    #expect(bus.historyLimit == limit)
    #expect(ids(bus.batch(after: bus.oldestCursor)) == Array((limit == 1 ? 5 : 1)...5))
  }

  @Test(
    arguments: [
      (7, [8, 9, 10], nil), (8, [9, 10], nil), (9, [10], nil), (10, [], nil),
      // Older than the history, or never given out.
      (6, [8, 9, 10], 7), (0, [8, 9, 10], 7), (-1, [8, 9, 10], 7), (.min, [8, 9, 10], 7), (11, [8, 9, 10], 7),
      (.max, [8, 9, 10], 7),
    ] as [(Int, [Int], Int?)])
  func aBatchIsWhatComesAfterTheCursor(cursor: Int, expected: [Int], reset: Int?) async throws {
    let bus = bus(history: 3, sent: 10)
    var batches = [bus.batch(after: cursor)]
    if cursor != 10 { batches.append(try await bus.next(after: cursor, within: .seconds(60))) }
    for batch in batches {
      #expect(ids(batch) == expected && batch.cursor == 10 && batch.reset == (reset != nil))
      #expect(batch.items.count == expected.count + (reset == nil ? 0 : 1))
      if case .reset(let to)? = batch.items.first { #expect(to == reset) } else { #expect(reset == nil) }
    }
  }

  /// The server has been started anew since the cursor was given out.
  @Test func aCursorFromAnEarlierLifeIsReset() async throws {
    let batch = try await bus().next(after: 5, within: .seconds(60))
    #expect(batch.reset && batch.messages.isEmpty && batch.cursor == 0)
    if case .reset(let to)? = batch.items.first { #expect(to == 0) } else { Issue.record("no reset") }
  }

  // MARK: Waiting

  @Test func aPollGetsAllOfOneTurnInOneBatch() async throws {
    let bus = bus(sent: 4)
    let polls = (1...3).map { _ in spawn { try? await bus.next(after: 4, within: .seconds(60)) } }
    try await eventually("they wait") { bus.readerCount == 3 }
    for value in 5...7 { bus.publish(value) }
    for poll in polls {
      let batch = try #require(await poll.value)
      #expect(ids(batch) == [5, 6, 7] && batch.cursor == 7 && !batch.reset)
    }
    #expect(bus.readerCount == 0)
  }

  /// What it has already, though added in the turn in which it began to wait, is no news.
  @Test func aPollIsNotEndedByWhatItHas() async throws {
    let bus = bus()
    for value in 1...20 {
      let poll = spawn { try? await bus.next(after: value, within: .seconds(60)) }
      bus.publish(value)
      try await eventually("it waits") { bus.readerCount == 1 }
      // Two turns later it still does.
      for _ in 1...2 { try await sleep(for: .microseconds(1)) }
      #expect(bus.readerCount == 1)
      poll.cancel()
      _ = await poll.value
    }
  }

  @Test func withoutACursorAPollBeginsWithWhatComesNext() async throws {
    let bus = bus(sent: 4)
    let poll = spawn { try? await bus.next(after: nil, within: .seconds(60)) }
    try await eventually("it waits") { bus.readerCount == 1 }
    bus.publish(5)
    let batch = try #require(await poll.value)
    #expect(ids(batch) == [5])
  }

  @Test(arguments: [Duration.milliseconds(20), .zero, .seconds(-1)])
  func aPollEndsEmptyWhenItsTimeIsOver(time: Duration) async throws {
    let bus = bus(sent: 4)
    let batch = try await bus.next(after: 4, within: time)
    #expect(batch.messages.isEmpty && batch.cursor == 4 && !batch.reset)
    #expect(bus.readerCount == 0)
  }

  @Test func aCancelledReaderIsForgotten() async throws {
    let bus = bus(sent: 4)
    let poll = spawn { () -> Bool in
      do { _ = try await bus.next(after: 4, within: .seconds(60)) } catch { return error is CancellationError }
      return false
    }
    let reading = spawn {
      do { for try await _ in bus.subscribe(after: 4) {} } catch {}
    }
    try await eventually("they wait") { bus.readerCount == 2 }
    poll.cancel()
    reading.cancel()
    #expect(await poll.value)
    _ = await reading.value
    #expect(bus.readerCount == 0)
  }

  /// The message and the cancellation of one turn: a reader that is too late to get it leaves no trace either.
  @Test func aReaderThatIsCancelledByTheNewsIsForgotten() async throws {
    let bus = bus()
    let polls = (1...10).map { _ in spawn { _ = try? await bus.next(after: 0, within: .seconds(60)) } }
    try await eventually("they wait") { bus.readerCount == 10 }
    bus.publish(1)
    for poll in polls.enumerated() where poll.offset % 2 == 0 { poll.element.cancel() }
    for poll in polls { await poll.value }
    #expect(bus.readerCount == 0)
  }

  // MARK: Subscriptions

  /// A test or another actor may iterate over one, too.
  @Test nonisolated func aSubscriptionMayLeaveTheLoop() async throws {
    var messages = await bus(sent: 2).subscribe(after: 0).makeAsyncIterator()
    for id in 1...2 {
      guard case .message(let message)? = try await messages.next() else { Issue.record("no message"); return }
      #expect(message.id == id)
    }
  }

  @Test func aSubscriptionGoesOnFromItsCursor() async throws {
    let bus = bus(sent: 4)
    let reading = spawn {
      var seen: [Int] = []
      do {
        for try await item in bus.subscribe(after: 2) {
          guard case .message(let message) = item else { return [-1] }
          seen.append(message.id)
          // What is sent while it reads is not lost.
          if message.id < 10 { bus.publish(0) }
          if message.id == 11 { break }
        }
      } catch {
        return [-2]
      }
      return seen
    }
    #expect(await reading.value == Array(3...11))
    #expect(bus.readerCount == 0)
  }

  @Test func aCancelledSubscriptionEndsBeforeItsMessages() async throws {
    let bus = bus(sent: 4)
    let reading = spawn {
      var seen = 0
      do {
        for try await _ in bus.subscribe(after: 0) {
          seen += 1
          withUnsafeCurrentTask { $0?.cancel() }
        }
      } catch {}
      return seen
    }
    #expect(await reading.value == 1)
  }

  /// What all others have forgotten is not kept for a slow reader.
  @Test func aSubscriptionKeepsNoMessages() async throws {
    final class Large: Sendable {}
    let bus = Broadcaster<Large>(history: 4)
    for _ in 1...4 { bus.publish(Large()) }
    var subscription = bus.subscribe(after: 0)
    guard case .message(let first)? = try await subscription.next() else { throw CancellationError() }
    #expect(first.id == 1)
    weak let third = bus.batch(after: 2).messages.first?.value
    #expect(third != nil)
    for _ in 1...8 { bus.publish(Large()) }
    #expect(third == nil)
  }

  @Test func aSubscriptionThatFellBehindIsToldSo() async throws {
    let bus = bus(history: 3)
    var subscription = bus.subscribe(after: nil)
    var seen: [String] = []
    for round in 1...3 {
      for value in 1...(2 * round) { bus.publish(value) }
      var last = 0
      while last < bus.lastID {
        switch try await subscription.next() {
        case .message(let message):
          last = message.id
          seen.append("\(message.id)")
        case .reset(let to): seen.append("reset \(to)")
        case nil: return
        }
      }
    }
    #expect(seen == ["1", "2", "reset 3", "4", "5", "6", "reset 9", "10", "11", "12"])
  }

  /// Everybody reads at a pace of their own, and has the same list in the end.
  @Test func manyReadersSeeTheSameList() async throws {
    let bus = bus()
    let readers = (0..<50).map { number in
      spawn { () -> [Int] in
        var (seen, cursor): ([Int], Int) = ([], 0)
        while cursor < 500 {
          guard let batch = try? await bus.next(after: cursor, within: .seconds(60)) else { return [] }
          seen += batch.messages.map(\.value)
          cursor = batch.cursor
          for _ in 0..<(number % 5) { await Task.yield() }
        }
        return seen
      }
    }
    for value in 1...500 {
      bus.publish(value)
      if value % 7 == 0 { try await sleep(for: .milliseconds(1)) }
    }
    for reader in readers { #expect(await reader.value == Array(1...500)) }
    #expect(bus.readerCount == 0)
  }
}
