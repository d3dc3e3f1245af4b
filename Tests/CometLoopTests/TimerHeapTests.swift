import Testing

@testable import CometLoop

@LoopActor
@Suite struct TimerHeapTests {
  private let start = Moment.now
  private var heap = TimerHeap()

  private mutating func add(_ milliseconds: Int) -> LoopTimer {
    let timer = LoopTimer()
    heap.add(timer, at: start + .milliseconds(milliseconds))
    return timer
  }

  private mutating func takeDue(at milliseconds: Int) -> [Moment] {
    var due: [Moment] = []
    while let timer = heap.takeFirst(dueAt: start + .milliseconds(milliseconds)) { due.append(timer.deadline) }
    return due
  }

  @Test mutating func comesOutInTheOrderOfTheDeadlines() {
    let times = (0..<500).map { _ in Int.random(in: 0..<1000) }
    for time in times { _ = add(time) }
    #expect(heap.next == start + .milliseconds(times.min() ?? -1))
    #expect(takeDue(at: 2000) == times.sorted().map { start + .milliseconds($0) })
    #expect(heap.count == 0)
  }

  @Test mutating func leavesWhatIsNotDue() {
    for time in [10, 20, 30] { _ = add(time) }
    #expect(takeDue(at: 20).count == 2)
    #expect(heap.next == start + .milliseconds(30))
  }

  @Test mutating func whatIsCancelledLeavesNothingBehind() {
    let timers = (0..<300).map { _ in add(Int.random(in: 0..<100)) }
    var left = timers
    while let index = left.indices.randomElement(), left.count > 100 {
      heap.cancel(left.remove(at: index))
      #expect(heap.count == left.count)
      #expect(heap.next == left.map(\.deadline).min())
    }
    #expect(takeDue(at: 1000) == left.map(\.deadline).sorted())
    for timer in timers { heap.cancel(timer) }
    #expect(heap.count == 0)
  }
}
