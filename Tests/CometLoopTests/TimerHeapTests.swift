import Testing

@testable import CometLoop

@LoopActor
@Suite struct TimerHeapTests {
  private let start = ContinuousClock.now

  private func timer(_ milliseconds: Int) -> Timer {
    Timer(deadline: start + .milliseconds(milliseconds)) {}
  }

  @Test func comesOutInTheOrderOfTheDeadlines() {
    var heap = TimerHeap()
    let times = (0..<500).map { _ in Int.random(in: 0..<1000) }
    for time in times { heap.add(timer(time)) }
    #expect(heap.next == start + .milliseconds(times.min() ?? -1))
    let due = heap.takeDue(at: start + .seconds(2)).map(\.deadline)
    #expect(due == times.sorted().map { start + .milliseconds($0) })
    #expect(heap.count == 0)
  }

  @Test func leavesWhatIsNotDue() {
    var heap = TimerHeap()
    for time in [10, 20, 30] { heap.add(timer(time)) }
    #expect(heap.takeDue(at: start + .milliseconds(20)).count == 2)
    #expect(heap.next == start + .milliseconds(30))
  }

  @Test func whatIsCancelledLeavesNothingBehind() {
    var heap = TimerHeap()
    let timers = (0..<300).map { _ in timer(Int.random(in: 0..<100)) }
    for timer in timers { heap.add(timer) }
    var left = timers
    while let index = left.indices.randomElement(), left.count > 100 {
      heap.cancel(left.remove(at: index))
      #expect(heap.count == left.count)
      #expect(heap.next == left.map(\.deadline).min())
    }
    #expect(heap.takeDue(at: start + .seconds(1)).map(\.deadline) == left.map(\.deadline).sorted())
    for timer in timers { heap.cancel(timer) }
    #expect(heap.count == 0)
  }
}
