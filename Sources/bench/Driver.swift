// What is measured when: every work, turn by turn, one server after the other, so that what the machine does besides
// meets all of them alike.

import Glibc

struct Driver {
  let arguments: Arguments
  let progress = Progress()
  private let servers: [ServerKind]
  /// The core of the servers and the client's own; the same where there is only one.
  private let cores: (server: Int, client: Int)
  private let connections: Int
  private let node: String?

  init(_ arguments: Arguments) throws {
    self.arguments = arguments
    let wantsNode = arguments.only.map { $0 == .node } ?? true
    let node = wantsNode ? try Spawn.firstLine("node", "--version") : nil
    self.node = node
    if wantsNode, node == nil, arguments.peer == .required || arguments.only == .node {
      throw Failure("node is not installed; install it, or leave --peer node out to measure Comet alone")
    }
    servers = ServerKind.allCases.filter { kind in
      (arguments.only ?? kind) == kind && (kind != .node || node != nil)
    }
    let list = Cores.current.list
    cores = (list.last ?? 0, list.first ?? 0)
    // Both sides need a descriptor for each connection, and some more.
    let limit = Machine.raiseFileLimit()
    connections = max(1, min(arguments.connections, limit - 200))
  }

  /// Does it all.
  func run() throws -> Results {
    tellWhatIsNotAsItShouldBe()
    // The machine is asked first: what this program starts later runs on one core.
    let machine = try Machine(node: node)
    Cores(only: cores.client).use()
    var results = Results(
      machine: machine, seconds: arguments.seconds, turns: arguments.turns, servers: servers.map(\.title))
    let names = WorkName.allCases.filter { arguments.works.isEmpty || arguments.works.contains($0) }
    let works = names.flatMap { $0.works(connections: connections) }
    for (place, work) in works.enumerated() {
      var figures = servers.map { (server: $0, turns: [[Figure]]()) }
      for turn in 1...arguments.turns {
        // Now one, now the other comes first: a machine that becomes slower is slower for both.
        for index in turn.isMultiple(of: 2) ? figures.indices.reversed() : Array(figures.indices) {
          let server = figures[index].server
          let turns = arguments.turns > 1 ? ", turn \(turn) of \(arguments.turns)" : ""
          progress.show("[\(place + 1)/\(works.count)] \(work.name.rawValue), \(work.what): \(server.title)\(turns)")
          do {
            figures[index].turns.append(try measure(work, server))
          } catch let gap as NoNumbers {
            progress.note("\(gap); left out")
            results.gaps.append("\(gap)")
          }
        }
      }
      results.add(work, figures)
    }
    progress.clear()
    return results
  }

  /// Measures once more when it fails: among ten thousand connections one may break by chance.
  private func measure(_ work: any Work, _ kind: ServerKind) throws -> [Figure] {
    do {
      return try measureOnce(work, kind)
    } catch let gap as NoNumbers {
      progress.note("\(gap); once more")
      return try measureOnce(work, kind)
    }
  }

  /// Each measurement has a server of its own: none inherits the memory or the warmth of the one before.
  private func measureOnce(_ work: any Work, _ kind: ServerKind) throws -> [Figure] {
    let server = try ServerProcess(kind, on: cores.server)
    defer { server.stop() }
    do {
      let client = try Client(port: server.port)
      defer { client.close() }
      return try work.measure(Session(server: server, client: client, time: .seconds(arguments.seconds)))
    } catch let failure as Failure {
      try Interruption.check()
      // A process that is ending closes its connections a moment before it is gone.
      usleep(50_000)
      let reason = server.end() ?? failure.description
      throw NoNumbers(description: "no numbers for \(work.name.rawValue) (\(work.what)) from \(kind.title): \(reason)")
    }
  }

  private func tellWhatIsNotAsItShouldBe() {
    #if DEBUG
      progress.note("built for debugging: these numbers say nothing; use swift run -c release bench")
    #endif
    if cores.server == cores.client { progress.note("there is one core only: server and client share it") }
    if connections < arguments.connections {
      progress.note("\(connections.grouped) connections at most: more open files are not allowed here (ulimit -Hn)")
    }
    if arguments.only == nil, node == nil { progress.note("node is not installed: Comet is measured alone") }
  }
}
