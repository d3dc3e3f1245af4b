import Testing

@testable import WorkshopChecks

/// Every rule of the exercise `ws` has a server that breaks it and no other.
@Suite struct WebSocketRulesTests {
  @Test func aRightServerPasses() async {
    let server = WebSocketServer(fault: nil)
    await expect(WebSocketRules.all, breaking: nil) { server.serve($0) }
  }

  @Test(
    arguments: WebSocketRules.all.map(\.name) + [
      "reserved-bits, but for the first", "opcode, but for 3", "close, with a reserved bit", "ping, without FIN",
      "opcode, and stays", "opcode, with 1005", "close-connection, after another word",
    ])
  func aServerThatBreaksOneRuleFailsThatOne(fault: String) async {
    let server = WebSocketServer(fault: fault)
    await expect(WebSocketRules.all, breaking: fault) { server.serve($0) }
  }

  /// What the protocol permits and few servers do.
  @Test(arguments: ["fragments of its own", "a pong that nobody has asked for"])
  func aRightServerMayBeUnusual(habit: String) async {
    let server = WebSocketServer(fault: habit)
    await expect(WebSocketRules.all, breaking: nil) { server.serve($0) }
  }
}
