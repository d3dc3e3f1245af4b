// Exercise: polls that acknowledge. What to build stands in tutorials/exercises/im.md.

import Comet

/// What a client posts. Its `id` is the mark by which a message is known that is sent again.
private struct Post: Decodable { let name: String, data: String?, id: String? }

/// A message, and its mark, which is nobody else's business.
private struct Message: Encodable {
  let id: Int
  let name: String
  let data: String?
}

private struct Batch: Encodable { let history: String, messages: [Message] }
private struct Posted: Encodable { let id: Int }

@LoopActor private var messages: [Message] = []

let clientObject = Server { routes in
  routes.get("/im") { request in
    // TODO: what if after is no number? And c is a list: request.query["c"], such as 5,7.
    let after = request.cursor ?? 0
    // TODO: the numbers mean something only together with the name of their history.
    // TODO: who has everything waits, for 2 seconds at most. A Waiter<Void> is one wait: `wait(within:)` suspends,
    // `wake(())` ends it, and it throws when the client leaves.
    let news = messages.filter { $0.id > after }
    // TODO: was this delivered? Nobody knows, before it is acknowledged.
    messages = []
    return try .json(Batch(history: "", messages: news))
  }

  routes.post("/im") { request in
    // Answers 400 by itself when it is not JSON of this form.
    let post: Post = try request.json()
    // TODO: what if this has come before, and only the answer got lost?
    let message = Message(id: messages.count + 1, name: post.name, data: post.data)
    messages.append(message)
    return try .json(Posted(id: message.id), status: .created)
  }
}
