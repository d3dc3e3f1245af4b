// Solution: polls that acknowledge.

import Comet

/// What a client posts. Its `id` is the mark by which a message is known that is sent again.
private struct Post: Decodable { let name: String, data: String?, id: String? }

private struct Message: Encodable {
  let id: Int
  let name: String
  let data: String?
}

private struct Batch: Encodable { let history: String, messages: [Message] }
private struct Posted: Encodable { let id: Int }

/// Numbers the messages, keeps the last of them, and lets polls wait for the next one.
@LoopActor private let bus = Broadcaster<Post>(history: 1000)
/// With the server the numbers begin anew.
@LoopActor private let history = String(UInt64.random(in: 0 ... .max), radix: 36)

let clientObject = Server { routes in
  routes.get("/im") { request in
    let isOurs = request.query["history"] == history
    let after = try number(request.query["after"] ?? "0")
    let acknowledged = Set(try (request.query["c"] ?? "").split(separator: ",").map(number))
    var cursor = isOurs ? after : bus.oldestCursor
    let end = ContinuousClock.now + .seconds(2)
    while true {
      let batch = try await bus.next(after: cursor, within: ContinuousClock.now.duration(to: end))
      let news = batch.messages.filter { !isOurs || !acknowledged.contains($0.id) }
        .map { Message(id: $0.id, name: $0.value.name, data: $0.value.data) }
      if !news.isEmpty || ContinuousClock.now >= end {
        return try answer(Batch(history: history, messages: news))
      }
      // All of these are acknowledged: wait for the next one.
      cursor = batch.cursor
    }
  }

  routes.post("/im") { request in
    // Answers 400 by itself when it is not JSON of this form.
    let post: Post = try request.json()
    guard !post.name.isEmpty else { throw RequestError(.badRequest, "A message has a name.") }
    let kept = bus.batch(after: bus.oldestCursor).messages
    let known = post.id.flatMap { mark in kept.last { $0.value.id == mark } }
    return try .json(Posted(id: (known ?? bus.publish(post)).id), status: .created)
  }
}

private func number(_ text: some StringProtocol) throws -> Int {
  guard let number = Int(text) else { throw RequestError(.badRequest, "after and c are numbers.") }
  return number
}

private func answer(_ value: some Encodable) throws -> Response {
  var response = try Response.json(value)
  response.fields.set("Cache-Control", "no-store")
  return response
}
