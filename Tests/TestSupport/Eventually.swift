/// Waits until a condition holds, for states that announce themselves by no event: asks again after short, growing
/// pauses (1 ms to 50 ms), and throws when the deadline passes first.
///
/// ```swift
/// try await eventually("the subscriber is gone") { await room.count == 0 }
/// ```
public func eventually(
  _ what: String, within limit: Duration = .patience, _ condition: () async throws -> Bool
) async throws {
  try await eventually(what, within: limit) { try await condition() ? () : nil }
}

/// Waits until a value is there, and returns it.
public func eventually<Value>(
  _ what: String, within limit: Duration = .patience, _ value: () async throws -> Value?
) async throws -> Value {
  let deadline = ContinuousClock.now + limit
  var pause = Duration.milliseconds(1)
  while true {
    // The condition is asked once more after the deadline, so that a machine that was busy all the time gets its
    // chance.
    let isLastTime = ContinuousClock.now >= deadline
    if let value = try await value() { return value }
    if isLastTime { throw ClientError(awaiting: what, .deadline(limit)) }
    try await Task.sleep(for: pause)
    pause = min(pause * 2, .milliseconds(50))
  }
}
