/// Counts what is done within a time, and how long each piece took.
final class Meter {
  private(set) var latencies: [Nanoseconds] = []
  private var isCounting = false

  init() { latencies.reserveCapacity(1 << 20) }

  /// Something that began at `start` is done.
  func done(since start: Nanoseconds, at now: Nanoseconds) {
    if isCounting { latencies.append(now - start) }
  }

  /// Lets the client work, first to warm up, then counting.
  ///
  /// - Parameter rate: what is counted.
  func measure(_ rate: Figure.Kind, _ session: Session) throws -> [Figure] {
    let (client, server) = (session.client, session.server)
    try client.run(for: session.warmUp)
    isCounting = true
    let start = Clock.now()
    let (serverStart, clientStart) = (try server.processorSeconds(), Client.processorSeconds)
    try client.run(for: session.time)
    // Slow servers and short times: one at least must be done.
    try client.run(within: Client.patience) { !latencies.isEmpty }
    let seconds = (Clock.now() - start).seconds
    let (serverTime, clientTime) = (
      try server.processorSeconds() - serverStart, Client.processorSeconds - clientStart
    )
    isCounting = false
    guard !latencies.isEmpty else { throw Failure.silence }

    latencies.sort()
    let count = Double(latencies.count)
    return [
      Figure(rate, count / seconds),
      Figure(.p50, Statistics.percentile(0.5, ofSorted: latencies).milliseconds),
      Figure(.p99, Statistics.percentile(0.99, ofSorted: latencies).milliseconds),
      Figure(.processorPerMillion, serverTime / count * 1e6),
      // The process that has the whole core is what limits the rate. It should be the server.
      Figure(.serverShare, serverTime / seconds),
      Figure(.clientShare, clientTime / seconds),
    ]
  }
}
