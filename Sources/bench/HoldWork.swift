/// Connections that are held and get nothing: what one costs in memory.
struct HoldWork: Work {
  let name = WorkName.hold
  let transport: Transport
  let count: Int

  var what: String { "\(count.grouped) × \(transport.rawValue)" }

  func measure(_ session: Session) throws -> [Figure] {
    let subscribers = Subscribers(transport, client: session.client)
    // What the first connections bring into memory once is not the price of the others.
    try subscribers.open(min(100, count))
    let before = try session.server.memory()
    try subscribers.open(count)
    let after = try session.server.memory()
    return [
      Figure(.resident, (after.resident - before.resident) / Double(count)),
      Figure(.anonymous, (after.anonymous - before.anonymous) / Double(count)),
    ]
  }
}
