// What all works have in common.

/// The works, by the names that the command line knows.
enum WorkName: String, CaseIterable {
  case time, page, hold, fanout, echo, churn

  /// What has to be measured for it. Each is done with a server of its own, fresh from its start.
  func works(connections: Int) -> [any Work] {
    switch self {
    case .time: [RequestWork(name: self, path: "/time")]
    case .page: [RequestWork(name: self, path: "/polling.html")]
    case .hold: Transport.allCases.map { HoldWork(transport: $0, count: connections) }
    case .fanout:
      Transport.allCases.flatMap { transport in
        [min(1000, connections), connections].uniqued.map { FanoutWork(transport: transport, count: $0) }
      }
    case .echo:
      [
        EchoWork(connections: 64, inFlight: 1, length: 64), EchoWork(connections: 64, inFlight: 16, length: 64),
        EchoWork(connections: 1, inFlight: 1, length: 1 << 20),
      ]
    case .churn: [ChurnWork()]
    }
  }
}

extension WorkName {
  /// What the table shows of it. The file has the rest too.
  var figures: [Figure.Kind] {
    switch self {
    case .time: [.requests, .p50, .p99, .processorPerMillion]
    case .page: [.requests]
    case .hold: [.resident]
    case .fanout: [.first, .median, .last, .processorPerDelivery, .missed]
    case .echo: [.messages, .p50, .p99]
    case .churn: [.connections]
    }
  }
}

/// Something to be measured.
protocol Work {
  var name: WorkName { get }
  /// What is done, in a few words: with the name it says which work this is.
  var what: String { get }
  func measure(_ session: Session) throws -> [Figure]
}

/// A server that runs, a client that is connected to it, and the time there is.
struct Session {
  let server: ServerProcess
  let client: Client
  let time: Nanoseconds

  /// A server gets a part of the time to become warm.
  var warmUp: Nanoseconds { time / 4 }
}

/// One number that was measured.
struct Figure {
  enum Kind: String, CaseIterable {
    case requests = "requests/s"
    case messages = "messages/s"
    case connections = "connections/s"
    case p50 = "p50 ms"
    case p99 = "p99 ms"
    case processorPerMillion = "CPU s per million"
    case resident = "KiB each"
    case anonymous = "KiB each, anonymous"
    case first = "first ms"
    case median = "median ms"
    case last = "last ms"
    case processorPerDelivery = "CPU µs per delivery"
    case missed = "missed"
    case serverShare = "server's share of its core"
    case clientShare = "client's share of its core"
  }

  let kind: Kind
  let value: Double

  init(_ kind: Kind, _ value: Double) { (self.kind, self.value) = (kind, value) }
}

extension [Int] {
  fileprivate var uniqued: [Int] { enumerated().filter { !prefix($0.offset).contains($0.element) }.map(\.element) }
}
