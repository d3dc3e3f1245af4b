import CometWire
import Testing

@Suite struct JSONPCallbackTests {
  @Test(arguments: [
    "callback", "a", "_", "$", "jQuery1_2", "window.app.done", "$.im", "a1.b2", String(repeating: "a", count: 64),
  ])
  func takesPlainNames(name: String) throws {
    let callback = try #require(JSONPCallback(name))
    #expect(callback.name == name)
    #expect(String(decoding: callback.call(withJSON: "1795217360392"), as: UTF8.self) == "\(name)(1795217360392);")
  }

  @Test(arguments: [
    "", "alert(1)//", "1a", "a.1b", ".", "a.", ".a", "a..b", "a b", " a", "a\n", "a;b", "a[0]", "a-b", "é", "a\u{301}",
    "ａ", "a\0", "<script>", "a'b", String(repeating: "a", count: 65), String(repeating: "a", count: 200),
  ])
  func refusesEverythingElse(name: String) {
    #expect(JSONPCallback(name) == nil)
  }

  @Test func escapesTheData() throws {
    let script = try #require(JSONPCallback("cb")).call(withJSON: "\"</script>\u{2028}é😀\"")
    #expect(String(decoding: script, as: UTF8.self) == #"cb("\u003C/script>\u2028\u00E9\uD83D\uDE00");"#)
  }
}
