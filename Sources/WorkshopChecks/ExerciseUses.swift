// What instant messaging makes of the techniques.

extension Exercise {
  static let uses = [
    Exercise(
      slug: "chat", title: "Chat: everybody who waits hears it", server: "chatRoom",
      hints: [
        "A Waiter<String> is one wait: wait(within:) returns what wake was given, and throws when the client leaves.",
        "request.form() reads the form: form()[\"message\"] is nil when there is no such field.",
      ], rules: ChatRules.all),
    Exercise(
      slug: "messages", title: "One address, four transports", server: "oneAddress",
      hints: [
        "Begin with the list: batch(after:) has the messages with their numbers, and items also the reset.",
        "Then wait=2 is next(after:within:), which answers the same kind of batch.",
        "For events, subscribe(after:) is a sequence: for try await item in bus.subscribe(after: cursor).",
      ], rules: MessagesRules.all),
    Exercise(
      slug: "mail", title: "Mail notification: sessions, and answers that say how to go on", server: "mailNotification",
      hints: [
        "A session has an inbox and, while its poll is held, a Waiter<Void>.",
        "After the wait look again: there is mail, or the time is over, or the session has ended.",
        "wait(within:) throws when the client leaves, so what stands behind it is not done, and the mail stays.",
      ], rules: MailRules.all),
    Exercise(
      slug: "im", title: "Polls that acknowledge: at least once", server: "clientObject",
      hints: [
        "Broadcaster numbers and keeps messages: publish, batch(after:), next(after:within:).",
        "The server keeps nothing about a client. What it has stands in its query: leave out just that.",
        "When all that is new is acknowledged, wait once more, behind it.",
      ], rules: AcknowledgingRules.all),
    Exercise(
      slug: "reconnect", title: "A WebSocket that reconnects: lose nothing, say nothing twice", server: "reconnecting",
      hints: [
        "An empty text is sent back as an empty text.",
        "subscribe(after:) has the history and then what is new, without a gap between them.",
        "A message that comes again has a mark that is kept already: look through batch(after: room.oldestCursor).",
      ], rules: ReconnectRules.all),
    Exercise(
      slug: "tabs", title: "One stream for all tabs", server: "oneStream",
      hints: [
        "bus.lastID is the newest number; a client that comes for the first time begins there.",
        "next(after:within:) with less than a second returns an empty batch when nothing happens: time for events.comment.",
        "What stands in a defer is done also when the client has left.",
      ], rules: TabsRules.all),
  ]
}
