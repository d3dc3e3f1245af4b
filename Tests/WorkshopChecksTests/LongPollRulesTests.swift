import Testing

@testable import WorkshopChecks

/// Every rule of the exercise `lpc` has a server that breaks it and no other.
@Suite struct LongPollRulesTests {
  @Test func aRightServerPasses() async {
    let server = LongPollServer(breaking: nil)
    await expect(LongPollRules.all, breaking: nil) { server.serve($0) }
  }

  @Test(arguments: LongPollRules.all.map(\.name))
  func aServerThatBreaksOneRuleFailsThatOne(rule: String) async {
    let server = LongPollServer(breaking: rule)
    await expect(LongPollRules.all, breaking: rule) { server.serve($0) }
  }

  @Test(arguments: ["foreign-cursor, when it is a number", "once, but for who waits"])
  func aServerThatBreaksItInAnotherWayFails(fault: String) async {
    let server = LongPollServer(breaking: fault)
    await expect(LongPollRules.all, breaking: String(fault.prefix { $0 != "," })) { server.serve($0) }
  }
}
