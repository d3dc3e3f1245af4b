import Testing

@testable import WorkshopChecks

/// Every rule of the exercise `sse` has a server that breaks it and no other.
@Suite struct EventStreamRulesTests {
  @Test func aRightServerPasses() async {
    let server = EventStreamServer(breaking: nil)
    await expect(EventStreamRules.all, breaking: nil) { server.serve($0) }
  }

  @Test(arguments: EventStreamRules.all.map(\.name))
  func aServerThatBreaksOneRuleFailsThatOne(rule: String) async {
    let server = EventStreamServer(breaking: rule)
    await expect(EventStreamRules.all, breaking: rule) { server.serve($0) }
  }

  @Test func anIdBelowZeroIsForeignToo() async {
    let server = EventStreamServer(breaking: "foreign-id, below zero")
    await expect(EventStreamRules.all, breaking: "foreign-id") { server.serve($0) }
  }
}
