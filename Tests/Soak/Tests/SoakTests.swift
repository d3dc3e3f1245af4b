import CometDemo
import Foundation
import SoakCrowd
import TestSupport
import Testing

@testable import Comet

/// Hours of life in a short time: guests that ask, hold, stall, talk nonsense, half-close, reset and vanish.
///
/// `SOAK=200000 SOAK_DEMO=$PWD/.build/release/demo swift test --filter SoakTests` does what `.ci/run` does.
@Suite(.serialized) struct SoakTests {
  static let environment = ProcessInfo.processInfo.environment
  static let visits = Int(environment["SOAK"] ?? "") ?? 3000
  static let seed = UInt64(environment["SOAK_SEED"] ?? "") ?? UInt64.random(in: 0...9999)

  /// From outside: the demo in a process of its own.
  @Test func theDemoKeepsNothingOfItsGuests() async throws {
    try await withProcess(Self.environment["SOAK_DEMO"] ?? "demo", Self.arguments) { demo in
      let port = try #require(Int(try await demo.firstLine().split(separator: ":").last ?? ""))
      let empty = try ProcessState(of: demo.id)

      let crowd = Crowd(port: port, seed: Self.seed)
      var states: [ProcessState] = []
      for count in [Self.visits / 10, Self.visits - Self.visits / 10] {
        try await inAThread("seed \(Self.seed)") { try crowd.visit(count) }
        try await eventually("nobody is connected") { try ProcessState(of: demo.id).descriptors == empty.descriptors }
        states.append(try ProcessState(of: demo.id))
      }
      print("soak: \(Self.visits) visits, seed \(Self.seed); \(empty), \(states[0]), \(states[1])")
      let answer = try await RawResponse.get("/time", port: port)
      #expect(answer.status == 200)
      #expect(demo.standardError == "")
      #expect(states[1].threads <= empty.threads)
      // What may be added is the history of the messages, which fills up to its bound, and what the allocator keeps in
      // pieces: how many connections were open at once is a matter of chance. 100 bytes for each visit would be 18 MB.
      // A short run has not filled anything after its first tenth, and the address sanitizer keeps what is freed.
      #expect(states[1].kibibytes < states[0].kibibytes + 2048 || Self.environment["SOAK"] == nil)
      demo.signal(SIGTERM)
      #expect(try await demo.waitForExit() == 0)
    }
  }

  private static let arguments = [
    "--port", "0", "--quiet", "--tick", "0.05", "--www", Project.folder.appendingPathComponent("www").path,
  ]

  /// From inside: whatever still knew of a connection, be it a timer, a task or a list, would keep it in memory.
  @Test func nothingKnowsOfAConnectionThatHasEnded() async throws {
    let www = Project.folder.appendingPathComponent("www").path
    let site = try #require(
      DemoSite(www: www, sources: nil, sample: nil, settings: DemoSettings(tick: .milliseconds(50))))
    let seen = Sightings()
    let server = Server(log: { _ in seen.answered() }) { site.mount(on: &$0) }
    await seen.watch(server)
    try await withServer(server) { _ in
      let port = await server.port
      try await inAThread("seed \(Self.seed)") { try Crowd(port: port, seed: Self.seed).visit(Self.visits / 10) }
      try await eventually("nobody is connected") { await server.connectionCount == 0 }
      try await eventually("nothing is kept") { await seen.alive == 0 }
      #expect(await seen.count > 100)
    }
  }
}

/// The connections that a server had when one of them was answered.
@LoopActor
private final class Sightings {
  private struct Sighting {
    weak var connection: Connection?
  }

  private weak var server: Server?
  private var answers = 0
  private var sightings: [Sighting] = []
  private var last: Set<ObjectIdentifier> = []

  nonisolated init() {}

  var count: Int { sightings.count }
  var alive: Int { sightings.count { $0.connection != nil } }

  func watch(_ server: Server) { self.server = server }

  /// Looks at every eighth answer: how much there is to see does not depend on how fast the machine is.
  func answered() {
    answers += 1
    guard answers % 8 == 1, let connections = server?.connections else { return }
    sightings += connections.filter { !last.contains(ObjectIdentifier($0)) }.map { Sighting(connection: $0) }
    last = Set(connections.map { ObjectIdentifier($0) })
  }
}

/// What proc(5) says of a process.
private struct ProcessState: CustomStringConvertible {
  let descriptors: Int
  let threads: Int
  let kibibytes: Int

  init(of process: Int32) throws {
    descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
    threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task").count
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    kibibytes = try #require(line.split(separator: " ").compactMap { Int($0) }.first)
  }

  var description: String { "\(kibibytes) KiB with \(descriptors) descriptors and \(threads) threads" }
}

private enum Project {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
}

/// Has work done that blocks, where it keeps no other test waiting.
private func inAThread(_ comment: Comment, _ work: @escaping () throws -> Void) async throws {
  nonisolated(unsafe) let work = work
  let result: Result<Void, any Error> = await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: Result { try work() }) }
  }
  if case .failure(let error) = result { Issue.record(error, comment) }
  try result.get()
}
