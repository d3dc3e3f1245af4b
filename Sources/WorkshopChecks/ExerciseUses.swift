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
      slug: "tabs", title: "One stream for all tabs", server: "oneStream",
      hints: [
        "bus.lastID is the newest number; who comes for the first time begins there.",
        "next(after:within:) with less than a second returns an empty batch when nothing happens: time for events.comment.",
        "What stands in a defer is done also when the client has left.",
      ], rules: TabsRules.all),
  ]
}
