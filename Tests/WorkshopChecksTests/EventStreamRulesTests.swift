import Testing

@testable import WorkshopChecks

/// Every rule of the exercise `sse` has a server that breaks it and no other.
@Suite struct EventStreamRulesTests {
  @Test func aRightServerPasses() async {
    let server = EventStreamServer(breaking: nil)
    await expect(EventStreamRules.all, breaking: nil) { server.serve($0) }
  }

  @Test(arguments: EventStreamRules.all.map(\.name) + ["foreign-id, below zero"])
  func aServerThatBreaksOneRuleFailsThatOne(fault: String) async {
    let server = EventStreamServer(breaking: fault)
    await expect(EventStreamRules.all, breaking: fault) { server.serve($0) }
  }
}
