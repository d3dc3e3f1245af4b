// Timers by their deadline: a binary heap in which every timer knows its place, so that one that is no longer
// needed goes at once and leaves nothing behind until its time.

@LoopActor
final class Timer {
  let deadline: ContinuousClock.Instant
  let action: @LoopActor () -> Void
  /// Where this timer stands in the heap; nil once it has fired or was cancelled.
  fileprivate var place: Int?

  init(deadline: ContinuousClock.Instant, action: @escaping @LoopActor () -> Void) {
    self.deadline = deadline
    self.action = action
  }
}

@LoopActor
struct TimerHeap {
  private var heap: [Timer] = []

  /// The earliest deadline.
  var next: ContinuousClock.Instant? { heap.first?.deadline }
  var count: Int { heap.count }

  nonisolated init() {}

  mutating func add(_ timer: Timer) {
    heap.append(timer)
    timer.place = heap.count - 1
    rise(from: heap.count - 1)
  }

  /// Takes the timer out; does nothing when it has fired already.
  mutating func cancel(_ timer: Timer) {
    guard let place = timer.place else { return }
    timer.place = nil
    let last = heap.removeLast()
    guard place < heap.count else { return }
    put(last, at: place)
    rise(from: place)
    sink(from: last.place ?? place)
  }

  /// Takes out what is due, in the order of the deadlines. The actions are the caller's to run: they may add timers.
  mutating func takeDue(at now: ContinuousClock.Instant) -> [Timer] {
    var due: [Timer] = []
    while let first = heap.first, first.deadline <= now {
      cancel(first)
      due.append(first)
    }
    return due
  }

  private mutating func put(_ timer: Timer, at place: Int) {
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
