import Testing

@testable import WorkshopChecks

/// Every rule of the smaller exercises has a server that breaks it and no other; some have several, as learners have
/// found them.
@Suite struct SmallTechniqueTests {
  @Test(arguments: [nil, "fresh, but of the request before", "fresh, but backwards"] + PollingRules.all.map(\.name))
  func polling(fault: String?) async {
    let server = PollingServer(fault: fault)
    await expect(PollingRules.all, breaking: fault) { server.serve($0) }
  }

  @Test(arguments: [nil] + StreamRules.all.map(\.name))
  func xhrStream(rule: String?) async {
    let server = StreamServer(breaking: rule)
    await expect(StreamRules.all, breaking: rule) { server.serve($0) }
  }

  @Test(arguments: [nil, "end-tag, in small letters"] + FrameStreamRules.all.map(\.name))
  func htmlfileStream(fault: String?) async {
    let server = FrameStreamServer(breaking: fault)
    await expect(FrameStreamRules.all, breaking: fault) { server.serve($0) }
  }

  @Test(
    arguments: [
      nil, "whole-origin, by its end", "whole-origin, as a pattern", "methods, in lower case", "refused, but for PUT",
      "preflight-refused, but for null", "allowed, to read that there is nothing",
    ] + CrossOriginRules.all.map(\.name))
  func cors(fault: String?) async {
    let server = CrossOriginServer(fault: fault)
    await expect(CrossOriginRules.all, breaking: fault) { server.serve($0) }
  }

  @Test(arguments: [nil, "unchecked, in any alphabet", "long, part by part"] + ScriptPaddingRules.all.map(\.name))
  func jsonp(fault: String?) async {
    let server = ScriptPaddingServer(fault: fault)
    await expect(ScriptPaddingRules.all, breaking: fault) { server.serve($0) }
  }
}
