/// Something that happens on the loop at a certain time, unless it is stopped before.
///
/// What waits for a time is its own timer, by inheritance: a wait costs one object and not three.
@LoopActor
open class LoopTimer {
  fileprivate(set) var deadline = Moment.now
  /// Where this timer stands in the heap; -1 while it is not there.
  fileprivate var place = -1

  /// A timer that does not run.
  public init() {}

  /// Called once, when the time has come.
  open func fire() {}

  /// Calls `fire` after a time, counted from now and not from the start of the turn, which may have been long.
  /// A timer that runs already is set anew.
  public final func start(after duration: Duration) {
    stop()
    EventLoop.shared.timers.add(self, at: .now + duration)
  }

  /// Does nothing when the timer does not run, or has fired.
  public final func stop() {
    EventLoop.shared.timers.cancel(self)
  }
}

/// A timer that calls a closure.
public final class Alarm: LoopTimer {
  private let action: @LoopActor () -> Void

  /// An alarm that does not run.
  public init(_ action: @escaping @LoopActor () -> Void) {
    self.action = action
  }

  public override func fire() {
    action()
  }
}

/// Timers by their deadline: a binary heap in which every timer knows its place, so that one that is no longer
/// needed goes at once and leaves nothing behind until its time.
@LoopActor
struct TimerHeap {
  private var heap: [LoopTimer] = []

  /// The earliest deadline.
  var next: Moment? { heap.first?.deadline }
  var count: Int { heap.count }

  nonisolated init() {}

  /// The timer must not be in a heap already.
  mutating func add(_ timer: LoopTimer, at deadline: Moment) {
    timer.deadline = deadline
    heap.append(timer)
    timer.place = heap.count - 1
    rise(from: heap.count - 1)
  }

  /// Takes the timer out; does nothing when it is not there.
  mutating func cancel(_ timer: LoopTimer) {
    let place = timer.place
    guard place >= 0 else { return }
    timer.place = -1
    let last = heap.removeLast()
    guard place < heap.count else { return }
    put(last, at: place)
    rise(from: place)
    sink(from: last.place)
  }

  /// Takes out the earliest timer, if it is due. To call `fire` is the caller's: that may add and cancel timers.
  mutating func takeFirst(dueAt now: Moment) -> LoopTimer? {
    guard let first = heap.first, first.deadline <= now else { return nil }
    cancel(first)
    return first
  }

  private mutating func put(_ timer: LoopTimer, at place: Int) {
    heap[place] = timer
    timer.place = place
  }

  private mutating func rise(from start: Int) {
    var place = start
    let timer = heap[place]
    while place > 0 {
      let parent = (place - 1) / 2
      guard timer.deadline < heap[parent].deadline else { break }
      put(heap[parent], at: place)
      place = parent
    }
    put(timer, at: place)
  }

  private mutating func sink(from start: Int) {
    var place = start
    let timer = heap[place]
    while true {
      var child = 2 * place + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].deadline < heap[child].deadline { child += 1 }
      guard heap[child].deadline < timer.deadline else { break }
      put(heap[child], at: place)
      place = child
    }
    put(timer, at: place)
  }
}
