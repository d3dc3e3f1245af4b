import Testing

@testable import WorkshopChecks

/// Every rule of the exercises on instant messaging has a server that breaks it and no other.
@Suite struct UsesTests {
  @Test(arguments: [nil] + ChatRules.all.map(\.name))
  func chat(rule: String?) async {
    let server = ChatServer(breaking: rule)
    await expect(ChatRules.all, breaking: rule) { server.serve($0) }
  }

  @Test(arguments: [nil] + MessagesRules.all.map(\.name))
  func messages(rule: String?) async {
    let server = MessagesServer(breaking: rule)
    await expect(MessagesRules.all, breaking: rule) { server.serve($0) }
  }

  @Test(arguments: [nil] + TabsRules.all.map(\.name))
  func tabs(rule: String?) async {
    let server = TabsServer(breaking: rule)
    await expect(TabsRules.all, breaking: rule) { server.serve($0) }
  }
}
