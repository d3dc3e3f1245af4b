import TestSupport
import Testing

@testable import Comet
@testable import CometWire

/// What the handlers of a test have seen.
@LoopActor
final class HandlerNotes {
  /// How often a handler has begun.
  var calls = 0
  /// How many handlers are at work.
  var running = 0
  /// How many have been cancelled.
  var cancelled = 0
  /// How many bytes a stream has written.
  var written = 0

  nonisolated init() {}

  /// Does work that may be cancelled.
  func watch<Result>(_ work: @LoopActor () async throws -> Result) async throws -> Result {
    calls += 1
    running += 1
    defer {
      running -= 1
      if Task.isCancelled { cancelled += 1 }
    }
    return try await work()
  }
}

/// A running server with one route of each kind, and those that a test adds.
struct Site: Sendable {
  let server: Server
  let notes: HandlerNotes
  let port: Int

  /// Waits until no client is connected and no handler at work.
  func expectQuiet() async throws {
    try await eventually("all connections and handlers are gone") {
      let (connections, handlers) = await (server.connectionCount, notes.running)
      return connections == 0 && handlers == 0
    }
  }
}

// Time is the tests' own: they say what would be due at a moment, and nobody waits for it.
//
// A server counts from the moment at which bytes arrived. A test knows that only between two of its own moments: before
// it sent them, and after it has seen that they are read. What must not happen yet is tried at the first moment plus
// the limit, what must have happened a little after the second one. However slow the machine, both hold.
extension Server {
  /// Leaves time to the test. Otherwise on a machine that is busy enough even the default limits would be reached.
  func sweepOnlyWhenTold() {
    sweeper?.stop()
  }

  /// A moment by which the server has read everything that was sent to it before: it reads in the order in which bytes
  /// arrive, and those of this request come last, but for what others have still to do in their next turn.
  func settled() async throws -> Moment {
    // The first may be answered while others are still being accepted.
    for _ in 1...2 { _ = try await RawResponse.get("/settled", port: port) }
    while connections.contains(where: \.willReadLater) { _ = try await RawResponse.get("/settled", port: port) }
    return .now
  }

  /// Does what is due when a limit is just over, counted from a moment.
  func sweep(after limit: Duration, since moment: Moment) {
    sweep(at: moment + limit + .nanoseconds(1))
  }

  /// Lets the time pass after which who takes nothing is dropped, several times: at the first look, what the client's
  /// system took last may still be on its way to be confirmed.
  func dropWhoTakesNothing() async throws {
    var moment = Moment.now
    for _ in 1...3 {
      moment = moment + limits.writePause + .seconds(1)
      sweep(at: moment)
      _ = try await settled()
    }
  }

  /// What each connection waits for.
  var phases: [Connection.Phase] { connections.map(\.phase) }
  /// How many bytes wait for the client that has the most of them.
  var mostQueued: Int { connections.map(\.queued).max() ?? 0 }
  /// How many bytes are in memory for the client that has sent most of what was not answered yet.
  var mostHeld: Int { connections.map(\.parser.heldCapacity).max() ?? 0 }
  /// How many bytes a client's system has not confirmed.
  var mostUnconfirmed: Int32 {
    for connection in connections { connection.lookForProgress(at: .now) }
    return connections.map(\.unconfirmed).max() ?? 0
  }
  /// Whether a client has left, or will send nothing more, that still has its connection.
  var knowsThatSomebodyHasLeft: Bool { connections.contains { $0.peerHasLeft } }
  /// When a client last took something.
  var lastSent: Moment { connections.map(\.lastSent).max() ?? .now }
}

/// Lends a running server to a closure, and ends it afterwards.
func withSite<Result: Sendable>(
  host: String = "localhost", limits: Limits = Limits(), access: Access = Access(), log: AccessLog? = nil,
  sweepsByItself: Bool = false, routes: @escaping @LoopActor @Sendable (inout Routes) -> Void = { _ in },
  test: (Site) async throws -> Result
) async throws -> Result {
  let notes = HandlerNotes()
  let server = Server(host: host, access: access, limits: limits, log: log) {
    routes(&$0)
    addUsualRoutes(&$0, notes)
  }
  return try await withServer(server, sweepsByItself: sweepsByItself) { _ in
    try await test(Site(server: server, notes: notes, port: await server.port))
  }
}

/// Comet's own function of this name, when it is the test's turn.
///
/// - Parameter sweepsByItself: Whether time passes. Otherwise it is the test's own, and nothing is due by itself.
func withServer<Result: Sendable>(
  _ server: Server, sweepsByItself: Bool, _ body: (String) async throws -> Result
) async throws -> Result {
  try await Turnstile.servers.pass {
    try await Comet.withServer(server) { url in
      if !sweepsByItself { await server.sweepOnlyWhenTold() }
      return try await body(url)
    }
  }
}

@LoopActor
private func addUsualRoutes(_ routes: inout Routes, _ notes: HandlerNotes) {
  routes.get("/hello") { _ in try await notes.watch { .text("hello") } }
  routes.post("/echo") { request in try await notes.watch { Response(body: request.body) } }
  routes.get("/fail") { _ in throw Failure() }
  routes.get("/hold") { _ in
    try await notes.watch {
      try await sleep(for: .seconds(60))
      return .text("late")
    }
  }
  routes.get("/stream") { _ in
    .stream { body in
      try await body.write("one")
      try await body.write("")
      try await body.write("two, three")
    }
  }
  routes.get("/ticks") { _ in
    .stream { body in
      try await notes.watch {
        while true {
          try await body.write("tick\n")
          try await sleep(for: .milliseconds(5))
        }
      }
    }
  }
  routes.get("/flood") { _ in
    .stream { body in
      let piece = [UInt8](repeating: 0x61, count: 16 * 1024)
      try await notes.watch {
        while true {
          try await body.write(piece)
          notes.written += piece.count
        }
      }
    }
  }
}

/// What a handler may throw that is no answer.
struct Failure: Error {}

extension Limits {
  /// The defaults with some of them changed.
  static func with(_ change: (inout Limits) -> Void) -> Limits {
    var limits = Limits()
    change(&limits)
    return limits
  }
}

/// Sends bytes on a connection of their own and returns the answer, which must be the last: the server says that it
/// closes, and closes in order.
func lastAnswer(
  to request: String, port: Int, byteByByte: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> RawResponse {
  let client = try await RawClient(port: port)
  if byteByByte { try await client.sendByteByByte(request, pause: .zero) } else { try await client.send(request) }
  let response = try await client.response()
  let (rest, end) = try await client.receiveToEnd()
  #expect(response["Connection"] == "close", sourceLocation: sourceLocation)
  #expect(rest.isEmpty && end == .finished, sourceLocation: sourceLocation)
  return response
}
