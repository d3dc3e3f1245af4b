import CometDemo
import Foundation
import TestSupport
import Testing

/// The command line: what is printed, and what is refused.
@Suite struct DemoArgumentTests {
  @Test func listsTheSamples() async throws {
    let ended = try await runDemo(["--list"])
    #expect(ended.status == 0)
    #expect(ended.errors == "")
    let lines = ended.output.split(separator: "\n").map(String.init)
    // Each sample with its title, and below it what it answers.
    #expect(lines.filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != " " } } == Technique.all.map { $0.slug[...] })
    for text in Technique.all.flatMap({ [$0.title] + $0.endpoints }) {
      #expect(lines.contains { $0.hasSuffix(" " + text) }, "\(text)")
    }
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  @Test(arguments: ["--help", "-h"])
  func helps(_ option: String) async throws {
    let ended = try await runDemo([option])
    #expect(ended.status == 0)
    #expect(ended.errors == "")
    #expect(ended.output.hasPrefix("usage: demo [SAMPLE] [--port N] "))
    for option in ["--port", "--host", "--tick", "--www", "--allow-host", "--quiet", "--list", "--help", "--version"] {
      #expect(ended.output.contains("\n      \(option)") || ended.output.contains("\n  \(option)"), "\(option)")
    }
    // For a terminal of the usual width.
    #expect(ended.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func tellsItsVersion() async throws {
    let ended = try await runDemo(["--version"])
    #expect(ended.status == 0)
    #expect(ended.errors == "")
    #expect(ended.output.wholeMatch(of: /comet [0-9]+\.[0-9]+\.[0-9]+\n/) != nil, "\(ended.output)")
  }

  /// Each with what the line has to say about it.
  @Test(arguments: [
    (["pooling"], "no sample pooling; choose one of polling, lpc, xhr-stream"), (["lpc", "sse"], "one sample"),
    ([""], "no sample"), (["--prot", "80"], "unknown option --prot"), (["--prot=80"], "unknown option --prot"),
    (["-p", "80"], "unknown option -p"),
    (["--port"], "--port needs a value"), (["--port="], "needs a value"), (["--port", "eighty"], "not eighty"),
    (["--port", "65536"], "from 0 to 65535, not 65536"), (["--port", "-1"], "not -1"), (["--port", "8088.5"], "not"),
    (["--port=80x"], "not 80x"), (["--tick", "fast"], "--tick takes seconds"), (["--tick", "0"], "not 0"),
    (["--tick", "-1"], "not -1"), (["--tick", "nan"], "not nan"), (["--tick", "inf"], "not inf"),
    (["--tick", "1e9"], "not 1e9"), (["--tick"], "--tick needs a value"), (["--host"], "--host needs a value"),
    (["--host", "example.org"], "not example.org"), (["--host", "1.2.3"], "not 1.2.3"),
    (["--allow-host"], "--allow-host needs a value"), (["--allow-host", "a:80"], "without a port"),
    (["--allow-host", "http://a"], "host name"), (["--allow-host", "*"], "without wildcards, not *"),
    (["--allow-host", "*.a"], "host name"), (["--allow-host", ".a"], "host name"), (["--allow-host", "a,b"], "host"),
    (["--www"], "--www needs a value"), (["--quiet=1"], "takes no value"),
  ])
  func refusesWhatItDoesNotUnderstand(_ arguments: [String], _ words: String) async throws {
    let ended = try await runDemo(arguments)
    #expect(ended.status == 2)
    #expect(ended.output == "")
    #expect(ended.errors.hasPrefix("demo: ") && ended.errors.contains(words), "\(ended.errors)")
    #expect(ended.errors.hasSuffix("\n") && ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
  }

  @Test func aPortInUseIsNamed() async throws {
    try await withDemo { other in
      let ended = try await runDemo(["--port", "\(other.port)"])
      #expect(ended.status == 1)
      #expect(ended.output == "")
      #expect(ended.errors.split(separator: "\n").count == 1)
      #expect(ended.errors.contains("port \(other.port) is in use") && ended.errors.contains("--port"))
    }
  }

  @Test func anAddressOfAnotherMachineIsNamed() async throws {
    // Kept for documentation, so that nobody has it (RFC 5737).
    let ended = try await runDemo(["--port", "0", "--host", "192.0.2.1"])
    #expect(ended.status == 1)
    #expect(ended.output == "")
    #expect(ended.errors.split(separator: "\n").count == 1)
    #expect(ended.errors.contains("192.0.2.1") && ended.errors.contains("--host"))
  }

  @Test(arguments: ["/no/such/folder", "Package.swift"])
  func aMissingFolderIsNamed(_ path: String) async throws {
    let ended = try await runDemo(["--port", "0", "--www", path], folder: Project.folder)
    #expect(ended.status == 1)
    #expect(ended.output == "")
    #expect(ended.errors.split(separator: "\n").count == 1)
    #expect(ended.errors.contains(path) && ended.errors.contains("--www"), "\(ended.errors)")
  }
}
