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

  @Test(
    arguments: [nil, "once, but for who waits", "ended, but only for who waits"] + MailRules.all.map(\.name))
  func mail(fault: String?) async {
    let server = MailServer(breaking: fault)
    await expect(MailRules.all, breaking: fault) { server.serve($0) }
  }

  @Test(arguments: [nil] + AcknowledgingRules.all.map(\.name))
  func im(rule: String?) async {
    let server = AcknowledgingServer(breaking: rule)
    await expect(AcknowledgingRules.all, breaking: rule) { server.serve($0) }
  }

  @Test(arguments: [nil] + ReconnectRules.all.map(\.name))
  func reconnect(rule: String?) async {
    let server = ReconnectServer(breaking: rule)
    await expect(ReconnectRules.all, breaking: rule) { server.serve($0) }
  }

  @Test func reconnectOnASlowMachine() async {
    let server = ReconnectServer(breaking: nil, isSlow: true)
    await expect(ReconnectRules.all, breaking: nil) { server.serve($0) }
  }

  /// The other repairs have the rules of a technique.
  @Test(arguments: [nil] + PageRules.all.map(\.name))
  func fixInjection(rule: String?) async {
    let server = PageServer(breaking: rule)
    await expect(PageRules.all, breaking: rule) { server.serve($0) }
  }
}
