import Testing

@testable import WorkshopChecks

/// Every rule of the exercise `lpc` has a server that breaks it and no other.
@Suite struct LongPollRulesTests {
  @Test func aRightServerPasses() async {
    let server = LongPollServer(breaking: nil)
    await expect(LongPollRules.all, breaking: nil) { server.serve($0) }
  }

  @Test(arguments: LongPollRules.all.map(\.name) + ["foreign-cursor, when it is a number", "once, but for who waits"])
  func aServerThatBreaksOneRuleFailsThatOne(fault: String) async {
    let server = LongPollServer(breaking: fault)
    await expect(LongPollRules.all, breaking: fault) { server.serve($0) }
  }
}
