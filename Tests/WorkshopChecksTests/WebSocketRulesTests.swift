import Testing

@testable import WorkshopChecks

/// Every rule of the exercise `ws` has a server that breaks it and no other.
@Suite struct WebSocketRulesTests {
  @Test func aRightServerPasses() async {
    let server = WebSocketServer(fault: nil)
    await expect(WebSocketRules.all, breaking: nil) { server.serve($0) }
  }

  @Test(arguments: WebSocketRules.all.map(\.name))
  func aServerThatBreaksOneRuleFailsThatOne(rule: String) async {
    let server = WebSocketServer(fault: rule)
    await expect(WebSocketRules.all, breaking: rule) { server.serve($0) }
  }
}
