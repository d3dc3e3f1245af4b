// The executor: one thread that runs the jobs of everything that touches a connection.
//
// This is the only file that the compiler has to take on trust. `ready` belongs to the loop's thread and is
// touched by no other; what comes from other threads goes through `foreign`, which has a lock.

import CEpoll
import Glibc
import Synchronization

final class LoopExecutor: SerialExecutor, TaskExecutor, @unchecked Sendable {
  static let shared: LoopExecutor = {
    let executor = LoopExecutor()
    executor.startThread()
    return executor
  }()

  /// Wakes the loop out of `epoll_wait`; written when another thread brings a job.
  let wakeup = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))

  /// Jobs in the order of their arrival. Loop's thread only.
  private var ready: ContiguousArray<UnownedJob> = []
  /// How many jobs of this round are still to be run. While there are any, the loop must not sleep, though its own job
  /// may come before them. Loop's thread only.
  private var unfinished = 0
  /// Jobs brought by other threads.
  private let foreign = Mutex<ContiguousArray<UnownedJob>>([])
  /// The loop's thread, 0 until it runs.
  private let thread = Atomic<UInt>(0)

  /// Whether a job waits, so that the loop must not sleep. Loop's thread only.
  var hasReadyJobs: Bool {
    !ready.isEmpty || unfinished > 0 || foreign.withLock { !$0.isEmpty }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isCurrent {
      ready.append(job)
      return
    }
    let wasEmpty = foreign.withLock { jobs in
      defer { jobs.append(job) }
      return jobs.isEmpty
    }
    // The loop takes all of them at once, so only the first has to wake it.
    if wasEmpty { eventfd_write(wakeup, 1) }
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  func isIsolatingCurrentContext() -> Bool? { isCurrent }

  private var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

  private func startThread() {
    var handle = pthread_t()
    pthread_create(&handle, nil, { _ in LoopExecutor.shared.run() }, nil)
    pthread_detach(handle)
  }

  private func run() -> UnsafeMutableRawPointer? {
    thread.store(UInt(pthread_self()), ordering: .relaxed)
    // The loop is a task like all the others: it polls, then yields to what has become ready.
    spawn { await EventLoop.shared.run() }

    let serial = asUnownedSerialExecutor()
    let task = asUnownedTaskExecutor()
    var batch: ContiguousArray<UnownedJob> = []
    while true {
      foreign.withLock { jobs in
        if !jobs.isEmpty {
          ready.append(contentsOf: jobs)
          jobs.removeAll(keepingCapacity: true)
        }
      }
      swap(&batch, &ready)
      unfinished = batch.count
      for job in batch {
        unfinished -= 1
        job.runSynchronously(isolatedTo: serial, taskExecutor: task)
      }
      batch.removeAll(keepingCapacity: true)
    }
  }
}
