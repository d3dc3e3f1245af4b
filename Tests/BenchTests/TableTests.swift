import Foundation
import Testing

@testable import bench

@Suite struct TableTests {
  @Test(arguments: [
    (0, "0"), (0.0004, "0"), (0.0096, "0.010"), (0.25, "0.250"), (1, "1.00"), (2.345, "2.35"), (12.34, "12.3"),
    (99.96, "100.0"), (100, "100"), (999.6, "1,000"), (1_234_567.8, "1,234,568"), (-0.5, "-0.500"), (-1200, "-1,200"),
  ])
  func numbersHaveThreeDigits(_ value: Double, _ expected: String) {
    #expect(Results.format(value) == expected)
  }

  @Test func columnsAreAsWideAsTheyMustBe() {
    let table = Results.table([["work", "n"], ["time", "1,000"], ["×", "2"]], textColumns: 1)
    #expect(
      table == """
        | work |     n |
        |------|------:|
        | time | 1,000 |
        | ×    |     2 |
        """)
  }

  @Test func medianOfTheTurnsAndRatio() throws {
    var results = try Self.results(servers: ["Comet", "Node"])
    results.add(
      RequestWork(name: .page, path: "/p"),
      [
        (.comet, [[Figure(.requests, 300)], [Figure(.requests, 100)], [Figure(.requests, 200)]]),
        (.node, [[Figure(.requests, 50)], [Figure(.requests, 40)], [Figure(.requests, 10)]]),
      ])
    let expected = """
      | work | what                   | figure     | Comet | Node |  ratio |
      |------|------------------------|------------|------:|-----:|-------:|
      | page | GET /p, 64 connections | requests/s |   200 | 40.0 | 5.00 × |
      """
    #expect(results.table == expected)
    #expect(results.rows.first?.servers["Comet"]?.turns == [300, 100, 200])
  }

  /// A median would hide that one turn in three has lost something.
  @Test func ofWhatWasMissedTheWorstTurnIsShown() throws {
    var results = try Self.results(servers: ["Comet"])
    results.add(
      FanoutWork(transport: .longPoll, count: 10),
      [(.comet, [[Figure(.missed, 0)], [Figure(.missed, 4)], [Figure(.missed, 0)]])])
    #expect(results.rows.map(\.servers["Comet"]?.value) == [4])
    #expect(results.table.hasSuffix("| missed |     4 |"))
  }

  @Test func whatTheTableLeavesOutIsInTheFile() throws {
    var results = try Self.results(servers: ["Comet"])
    results.add(RequestWork(name: .page, path: "/p"), [(.comet, [[Figure(.requests, 1), Figure(.p99, 2)]])])
    #expect(!results.table.contains("p99"))
    let copy = try JSONDecoder().decode(Results.self, from: JSONEncoder().encode(results))
    #expect(copy.rows.map(\.figure) == ["requests/s", "p99 ms"])
  }

  private static func results(servers: [String]) throws -> Results {
    Results(machine: try Machine(node: nil), seconds: 1, turns: 3, servers: servers)
  }
}
