import Glibc
import Testing

@testable import CometLoop

@LoopActor
@Suite struct SignalsTests {
  /// As when a handler never returns: while this test looks, nothing else runs on the loop.
  @Test func aSecondSignalNeedsNoLoop() async throws {
    let ready = Waiter<Void>()
    let first = Task { @LoopActor in try await Signals.first(of: [SIGUSR1]) { ready.wake(()) } }
    _ = try await ready.wait(within: .seconds(30))
    #expect(!hasUsualEffect(SIGUSR1))
    kill(getpid(), SIGUSR1)
    let deadline = ContinuousClock.now + .seconds(30)
    while !hasUsualEffect(SIGUSR1), .now < deadline { usleep(1000) }
    #expect(hasUsualEffect(SIGUSR1))
    try await first.value
  }

  private func hasUsualEffect(_ signal: Int32) -> Bool {
    var action = sigaction()
    sigaction(signal, nil, &action)
    return action.__sigaction_handler.sa_handler == nil
  }
}
