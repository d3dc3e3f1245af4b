import TestSupport

@testable import Comet

/// A running server whose transports all read one broadcaster: `/poll`, `/events` and the WebSocket `/ws`, each with
/// `?after=`.
struct BusSite: Sendable {
  let server: Server
  let feed: Feed<String>
  let port: Int

  /// Sends messages, all in one turn of the loop.
  @LoopActor func publish(_ values: String...) {
    for value in values { feed.bus.publish(value) }
  }

  /// Sends messages, all in one turn of the loop, and returns their numbers.
  @LoopActor @discardableResult func publish(count: Int, _ value: String) -> [Int] {
    (0..<count).map { _ in feed.bus.publish(value).id }
  }

  /// Sends a message, and in the same turn tells everybody that the server stops.
  @LoopActor func publishAndTellOfTheStop(_ value: String) {
    feed.bus.publish(value)
    for connection in server.connections { connection.stop() }
  }

  func waitForReaders(_ count: Int) async throws {
    try await eventually("\(count) readers wait") { await feed.bus.readerCount == count }
  }

  /// Waits until nobody reads and nobody is connected, but for those who do not close what the server has closed.
  func expectQuiet() async throws {
    try await eventually("all readers and connections are gone") {
      await server.sweep(after: Limits().lingerTime, since: .now)
      let (readers, connections) = await (feed.bus.readerCount, server.connectionCount)
      return readers == 0 && connections == 0
    }
  }
}

func withBus(
  history: Int = 1000, limits: Limits = Limits(), log: AccessLog? = nil, sweepsByItself: Bool = false,
  routes: @escaping @LoopActor @Sendable (inout Routes, Feed<String>) -> Void = { _, _ in },
  test: (BusSite) async throws -> Void
) async throws {
  let feed = Feed(Broadcaster<String>(history: history)) { item in
    switch item {
    case .message(let message): "\(message.id) \(message.value)"
    case .reset(let id): "reset \(id)"
    }
  }
  let server = Server(limits: limits, log: log) { table in
    table.get("/poll") { request in
      let time = request.query["wait"].flatMap(Double.init).map { Duration.seconds($0) }
      return try .next(of: feed.bus, after: request.cursor, within: time ?? .seconds(60)) { batch in
        .text("\(batch.messages.map(\.id)) next \(batch.cursor)\(batch.reset ? " reset" : "")")
      }
    }
    table.get("/events") { request in .events(of: feed, after: request.lastEventID ?? request.cursor) }
    table.get("/hello") { _ in .text("hello") }
    table.webSocket(
      "/ws",
      opening: { request in
        let cursor = request.cursor
        return { socket in socket.follow(feed, after: cursor) }
      },
      message: { socket, message in socket.send(message) })
    routes(&table, feed)
  }
  try await withServer(server, sweepsByItself: sweepsByItself) { _ in
    try await test(BusSite(server: server, feed: feed, port: server.port))
  }
}
