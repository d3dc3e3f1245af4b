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

  @Test(arguments: [nil] + ScriptPaddingRules.all.map(\.name))
  func jsonp(rule: String?) async {
    let server = ScriptPaddingServer(fault: rule)
    await expect(ScriptPaddingRules.all, breaking: rule) { server.serve($0) }
  }
}
