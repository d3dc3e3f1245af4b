/// One message to many subscribers, again and again.
struct FanoutWork: Work {
  let name = WorkName.fanout
  let transport: Transport
  let count: Int

  var what: String { "1 to \(count.grouped) × \(transport.rawValue)" }

  func measure(_ session: Session) throws -> [Figure] {
    let (client, server) = (session.client, session.server)
    let subscribers = Subscribers(transport, client: client)
    try subscribers.open(count)
    let data = String(repeating: "x", count: 64)
    let message = Request.post(Transport.path, json: #"{"name":"message","data":"\#(data)"}"#)

    let warm = Clock.now() + session.warmUp
    repeat { _ = try subscribers.publish(message) } while Clock.now() < warm
    try client.barrier()

    var (first, median, last): ([Double], [Double], [Double]) = ([], [], [])
    var deliveries = 0
    let used = try server.processorSeconds()
    let end = Clock.now() + session.time
    // Each message follows the one before at once, while polls are still on their way back: what is lost between two
    // polls is lost here.
    repeat {
      let start = try subscribers.publish(message)
      // They are in the order of their arrival.
      let times = subscribers.arrivals.map { ($0 - start).milliseconds }
      first.append(times.first ?? 0)
      median.append(Statistics.median(times))
      last.append(times.last ?? 0)
      deliveries += times.count
    } while Clock.now() < end
    // The polls that follow the last message belong to its price.
    try client.barrier()
    let usedNow = try server.processorSeconds()

    return [
      Figure(.first, Statistics.median(first)), Figure(.median, Statistics.median(median)),
      Figure(.last, Statistics.median(last)),
      Figure(.processorPerDelivery, (usedNow - used) / Double(max(1, deliveries)) * 1e6),
      Figure(.missed, Double(subscribers.missed)),
    ]
  }
}
