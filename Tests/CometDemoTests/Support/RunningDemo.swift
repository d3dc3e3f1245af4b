import CometDemo
import Synchronization
import TestSupport
import Testing

@testable import Comet

/// The two ways in which a technique is served.
enum Mounting: CaseIterable, Sendable {
  /// All techniques on one server.
  case together
  /// One technique, as in its article.
  case alone
}

/// A demo that runs in the process of the tests.
struct RunningDemo: Sendable {
  let server: Server
  let port: Int
  let log: RequestRecord

  /// The address of a page, under the name that the demo prints.
  func url(_ path: String) -> String { "http://localhost:\(port)\(path)" }

  /// Waits until the server has as many clients as that.
  func waitForConnections(_ count: Int, within limit: Duration = .patience) async throws {
    try await eventually("\(count) connections", within: limit) { await server.connectionCount == count }
  }

  /// Starts the server again that was stopped, on its port, which another test's client may have for a moment.
  func startAgain() async throws {
    try await eventually("port \(port) is free") {
      do {
        try await server.start(port: port)
        return true
      } catch Server.StartError.portInUse {
        return false
      }
    }
  }

  /// Asks for a path on a connection of its own.
  func get(_ path: String, fields: KeyValuePairs<String, String> = [:]) async throws -> RawResponse {
    try await RawResponse.get(path, port: port, fields: fields)
  }
}

/// What the server has answered so far: the request lines, in their order.
final class RequestRecord: Sendable {
  private let kept = Mutex<[String]>([])

  var requests: [String] { kept.withLock { $0 } }

  func add(_ entry: LogEntry) { kept.withLock { $0.append(entry.request ?? "(no request)") } }
}

extension Technique {
  /// The technique with this slug.
  static func named(_ slug: String) throws -> Technique {
    try #require(all.first { $0.slug == slug }, "the registry has no \(slug)")
  }
}

/// Runs the demo on a free port for as long as the closure lasts.
///
/// - Parameters:
///   - slug: The technique that is served alone, with `mounting` `.alone`.
///   - tick: What the articles set to two seconds; short, so that the tests are quick.
@discardableResult
func withDemo<Result: Sendable>(
  _ mounting: Mounting = .together, _ slug: String? = nil, tick: Duration = .milliseconds(10),
  limits: Limits = .patient, _ body: (RunningDemo) async throws -> Result
) async throws -> Result {
  let sample = mounting == .alone ? try Technique.named(slug ?? "") : nil
  let site = try #require(
    DemoSite(
      www: Project.www.path, sources: Project.handlers.path, tutorials: Project.tutorials.path, sample: sample,
      settings: DemoSettings(tick: tick)))
  return try await withRunning({ site.mount(on: &$0) }, limits: limits, body)
}

/// Runs a server with any routes in the same way.
func withRunning<Result: Sendable>(
  _ routes: @escaping @LoopActor @Sendable (inout Routes) -> Void, limits: Limits = .patient,
  _ body: (RunningDemo) async throws -> Result
) async throws -> Result {
  let log = RequestRecord()
  let server = Server(limits: limits, log: { log.add($0) }, routes: routes)
  return try await Turnstile.servers.pass {
    try await withServer(server) { _ in
      try await body(RunningDemo(server: server, port: await server.port, log: log))
    }
  }
}

extension Limits {
  /// No comments, no pings: nothing comes but messages, however long a busy machine takes.
  static var patient: Limits {
    var limits = Limits()
    limits.eventStreamComment = .seconds(600)
    limits.pingInterval = .seconds(600)
    limits.pongTime = .seconds(1200)
    return limits
  }
}
