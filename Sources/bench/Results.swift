// All numbers of a run, as they are written to a file.

import Foundation

struct Results: Codable {
  /// The numbers of one server for one figure.
  struct Values: Codable {
    /// Of each turn.
    var turns: [Double]
    /// What the table shows: the median, or of deliveries that were missed the most.
    var value: Double
  }

  /// One row of the table.
  struct Row: Codable {
    var work: String
    var what: String
    var figure: String
    /// Whether the table shows it.
    var isInTable: Bool
    /// By the name of the server.
    var servers: [String: Values]
    /// Comet's value as a multiple of the other server's; nil when there is none, or when that is 0.
    var ratio: Double?
  }

  var machine: Machine
  var seconds: Double
  var turns: Int
  /// The names of the servers, in the order of the columns.
  var servers: [String]
  var rows: [Row] = []
  /// What could not be measured, and why: a turn of one server each.
  var gaps: [String] = []

  /// Adds the rows of a work.
  ///
  /// - Parameter figures: of each server, turn by turn.
  mutating func add(_ work: any Work, _ figures: [(server: ServerKind, turns: [[Figure]])]) {
    for kind in Figure.Kind.allCases {
      var row = Row(
        work: work.name.rawValue, what: work.what, figure: kind.rawValue,
        isInTable: work.name.figures.contains(kind), servers: [:])
      for (server, turns) in figures {
        let numbers = turns.compactMap { $0.first { $0.kind == kind }?.value }
        guard !numbers.isEmpty else { continue }
        let value = kind == .missed ? numbers.reduce(0, max) : Statistics.median(numbers)
        row.servers[server.title] = Values(turns: numbers, value: value)
      }
      guard !row.servers.isEmpty else { continue }
      if let comet = row.servers[ServerKind.comet.title], let node = row.servers[ServerKind.node.title], node.value > 0
      {
        row.ratio = comet.value / node.value
      }
      rows.append(row)
    }
  }

  func write(to file: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try (encoder.encode(self) + Data("\n".utf8)).write(to: URL(fileURLWithPath: file))
    } catch {
      throw Failure("cannot write \(file); choose another place with --json FILE")
    }
  }
}
