import Foundation
import FuzzTargets
import TestRunner
import Testing

/// What must hold for any input, held against the corpus and a million variants of it.
///
/// `FUZZ_SEED=7` gives other variants, `FUZZ_COUNT=100000000` more of them. Each target has a process of its own: when
/// it crashes, its test fails, says with which seed, and the others go on.
@Suite struct FuzzTests {
  static let seed = number("FUZZ_SEED") ?? 1
  static let count = Int(clamping: number("FUZZ_COUNT") ?? 1_000_000) / FuzzTarget.all.count

  private static func number(_ variable: String) -> UInt64? {
    ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) }
  }

  @Test func eachTargetHasItsCorpus() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Corpus.folder.path)
    #expect(folders.sorted() == FuzzTarget.all.map(\.name).sorted())
  }

  @Test(arguments: FuzzTarget.all)
  func holds(_ target: FuzzTarget) async {
    await #expect(
      processExitsWith: .success, "in the corpus, or with FUZZ_SEED=\(Self.seed), an input of \(target.name) crashes"
    ) { [name = target.name as String] in
      takeNoBacktraces()
      for target in FuzzTarget.all where target.name == name {
        try Self.readCorpus(target)
        try Self.mutate(target)
      }
    }
  }

  private static func readCorpus(_ target: FuzzTarget) throws {
    var taken = 0
    let inputs = try Corpus.inputs(of: target)
    for (name, bytes) in inputs {
      do throws(BrokenProperty) {
        if try target.check(bytes) { taken += 1 }
      } catch {
        Issue.record("Tests/Corpus/\(target.name)/\(name): broken: \(error)")
      }
    }
    // Good inputs and bad ones.
    #expect(0 < taken && taken < inputs.count)
  }

  private static func mutate(_ target: FuzzTarget) throws {
    var mutator = Mutator(of: try Corpus.inputs(of: target).map(\.bytes), seed: seed)
    var taken = 0
    for number in 0..<count {
      let input = mutator.next()
      do throws(BrokenProperty) {
        if try target.check(input) { taken += 1 }
      } catch {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(target.name)-\(seed)-\(number)")
        try Data(input).write(to: file)
        Issue.record(
          """
          FUZZ_SEED=\(seed), target \(target.name), input \(number): broken: \(error)
          The input is in \(file.path): mend the parser, then keep it in Tests/Corpus/\(target.name).
          """)
        return
      }
    }
    // The variants reach both sides.
    #expect(0 < taken && taken < count)
  }
}
