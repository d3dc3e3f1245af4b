import Testing

@testable import WorkshopChecks

/// Every rule of the smaller exercises has a server that breaks it and no other.
@Suite struct SmallTechniqueTests {
  @Test(arguments: [nil] + PollingRules.all.map(\.name))
  func polling(rule: String?) async {
    let server = PollingServer(fault: rule)
    await expect(PollingRules.all, breaking: rule) { server.serve($0) }
  }

  @Test(arguments: [nil] + StreamRules.all.map(\.name))
  func xhrStream(rule: String?) async {
    let server = StreamServer(breaking: rule)
    await expect(StreamRules.all, breaking: rule) { server.serve($0) }
  }

  @Test(arguments: [nil] + FrameStreamRules.all.map(\.name))
  func htmlfileStream(rule: String?) async {
    let server = FrameStreamServer(breaking: rule)
    await expect(FrameStreamRules.all, breaking: rule) { server.serve($0) }
  }

  @Test(arguments: [nil] + CrossOriginRules.all.map(\.name))
  func cors(rule: String?) async {
    let server = CrossOriginServer(fault: rule)
    await expect(CrossOriginRules.all, breaking: rule) { server.serve($0) }
  }

  /// Other ways to break a rule, as learners have found them: the rule's name, and how.
  @Test(arguments: [
    "whole-origin, by its end", "whole-origin, as a pattern", "methods, in lower case", "refused, but for PUT",
    "preflight-refused, but for null", "allowed, to read that there is nothing",
  ])
  func corsInOtherWays(fault: String) async {
    let server = CrossOriginServer(fault: fault)
    await expect(CrossOriginRules.all, breaking: String(fault.prefix { $0 != "," })) { server.serve($0) }
  }

  @Test(arguments: ["unchecked, in any alphabet", "long, part by part"])
  func jsonpInOtherWays(fault: String) async {
    let server = ScriptPaddingServer(fault: fault)
    await expect(ScriptPaddingRules.all, breaking: String(fault.prefix { $0 != "," })) { server.serve($0) }
  }

  @Test(arguments: ["fresh, but of the request before", "fresh, but backwards"])
  func pollingInOtherWays(fault: String) async {
    let server = PollingServer(fault: fault)
    await expect(PollingRules.all, breaking: "fresh") { server.serve($0) }
  }

  @Test func htmlfileWithAnEndTagInCapitals() async {
    let server = FrameStreamServer(breaking: "end-tag, in small letters")
    await expect(FrameStreamRules.all, breaking: "end-tag") { server.serve($0) }
  }

  @Test(arguments: [nil] + ScriptPaddingRules.all.map(\.name))
  func jsonp(rule: String?) async {
    let server = ScriptPaddingServer(fault: rule)
    await expect(ScriptPaddingRules.all, breaking: rule) { server.serve($0) }
  }
}
