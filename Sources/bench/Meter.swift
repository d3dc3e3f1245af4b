/// Counts what is done within a time, and how long each piece took.
final class Meter {
  private(set) var latencies: [Nanoseconds] = []
  private var isCounting = false

  init() { latencies.reserveCapacity(1 << 20) }

  /// Something that began at `start` is done.
  func done(since start: Nanoseconds, at now: Nanoseconds) {
    if isCounting { latencies.append(now - start) }
  }

  struct Result {
    /// In the order of their size.
    let latencies: [Nanoseconds]
    let seconds: Double
    let processorSeconds: Double

    var rate: Double { Double(latencies.count) / seconds }

    func percentile(_ share: Double) -> Double {
      Statistics.percentile(share, ofSorted: latencies).milliseconds
    }
  }

  /// Lets the client work, first to warm up, then counting.
  func measure(_ session: Session) throws -> Result {
    try session.client.run(for: session.warmUp)
    isCounting = true
    let (start, used) = (Clock.now(), try session.server.processorSeconds())
    try session.client.run(for: session.time)
    // Slow servers and short times: one at least must be done.
    try session.client.run(within: Client.patience) { !latencies.isEmpty }
    let (end, usedNow) = (Clock.now(), try session.server.processorSeconds())
    isCounting = false
    guard !latencies.isEmpty else { throw Failure.silence }
    return Result(latencies: latencies.sorted(), seconds: (end - start).seconds, processorSeconds: usedNow - used)
  }
}
