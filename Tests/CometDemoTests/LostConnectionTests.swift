import Comet
import TestSupport
import Testing

@testable import CometDemo

/// Nothing lost and nothing doubled, whatever the transport and however often the connection is lost.
@Suite struct LostConnectionTests {
  /// 200 clients that leave at random and come back with their cursor, while 5,000 messages are sent.
  @Test func everybodyEndsWithTheSameListInTheSameOrder() async throws {
    try await withRunning({ Messages.technique.mount(&$0, DemoSettings()) }) { demo in
      let swarm = Swarm(port: demo.port, clients: 200, messages: 5_000, seed: .random(in: 1...1_000_000))
      let outcomes = await swarm.run(within: .patience * 10)
      try #require(outcomes.count == 200, "seed \(swarm.seed): \(outcomes.first?.surprise ?? "")")

      let expected = swarm.everything
      for (number, outcome) in outcomes.enumerated() {
        let isComplete = outcome.received == expected[outcome.transport]
        #expect(isComplete, "client \(number), seed \(swarm.seed): \(outcome)")
        #expect(outcome.visits > 1)
      }
      // The test has been a test: connections were lost all the time.
      #expect(outcomes.map(\.visits).reduce(0, +) > 2_000)
      try await demo.waitForConnections(0)
    }
  }
}
