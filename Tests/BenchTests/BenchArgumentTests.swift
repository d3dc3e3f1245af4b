import Testing

@testable import bench

@Suite struct BenchArgumentTests {
  @Test func withoutAnyItDoesAll() throws {
    let arguments = try Arguments([])
    #expect(arguments.works == [])
    #expect(arguments.peer == .ifInstalled)
    #expect(arguments.only == nil)
    #expect(arguments.seconds == 2)
    #expect(arguments.turns == 3)
    #expect(arguments.connections == 10_000)
    #expect(arguments.json == nil)
    #expect(!arguments.wantsHelp)
  }

  @Test func takesThemInAnyOrder() throws {
    let line = "--seconds 0.5 fanout --peer node time --turns=5 fanout --json out.json --connections 100 --only comet"
    let arguments = try Arguments(line.split(separator: " ").map(String.init))
    #expect(arguments.works == [.fanout, .time])
    #expect(arguments.peer == .required)
    #expect(arguments.only == .comet)
    #expect(arguments.seconds == 0.5)
    #expect(arguments.turns == 5)
    #expect(arguments.connections == 100)
    #expect(arguments.json == "out.json")
  }

  @Test(arguments: [
    "tim", "--seconds", "--seconds 0", "--seconds nan", "--seconds 21", "--turns 0", "--turns 1.5", "--connections 9",
    "--peer nginx", "--only nginx", "--json", "--json=", "--fast", "-x", "--help=1", "--unknown=1",
  ])
  func refusesWhatItCannotDo(_ line: String) {
    #expect(throws: Arguments.Mistake.self) { try Arguments(line.split(separator: " ").map(String.init)) }
  }

  @Test(arguments: WorkName.allCases)
  func theUsageNamesEachWork(_ name: WorkName) {
    #expect(Arguments.usage.contains(name.rawValue))
    #expect(!name.works(connections: 10_000).isEmpty)
  }

  @Test func fewConnectionsAreNotMeasuredTwice() {
    #expect(WorkName.fanout.works(connections: 10_000).count == 6)
    #expect(WorkName.fanout.works(connections: 500).map(\.what).first == "1 to 500 × event stream")
    #expect(WorkName.fanout.works(connections: 500).count == 3)
  }
}
