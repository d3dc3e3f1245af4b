import Testing

@testable import Comet

@Suite struct WebSocketInboxTests {
  /// A handler that is always one message behind never finds it empty.
  @Test func whatWasTakenIsLetGoOf() {
    var inbox = WebSocket.Inbox()
    inbox.append(.message(.text("0")))
    for number in 1...1000 {
      inbox.append(.message(.text("\(number)")))
      guard case .message(.text(let text)) = inbox.popFirst() else {
        Issue.record("a message is missing")
        return
      }
      #expect(text == "\(number - 1)")
    }
    #expect(inbox.heldEvents < 8)
  }

  @Test func anEmptyOneHoldsNothing() {
    var inbox = WebSocket.Inbox()
    for _ in 1...100 { inbox.append(.message(.text("a"))) }
    #expect(!inbox.isFull)
    while inbox.popFirst() != nil {}
    #expect(inbox.isEmpty && inbox.heldEvents == 0)
  }
}
