// The command line, taken apart.

/// What the user asks for.
struct Arguments {
  /// Something on the command line that cannot be understood, and what to do about it.
  struct Mistake: Error {
    let text: String
  }

  /// Whether a second server does the same work.
  enum Peer {
    case ifInstalled, required
  }

  var works: [WorkName] = []
  var peer = Peer.ifInstalled
  var only: ServerKind?
  var seconds = 2.0
  var turns = 3
  var connections = 10_000
  var json: String?
  var wantsHelp = false

  static let usage = """
    usage: bench [WORK…] [--peer node] [--only SERVER] [--seconds N] [--turns N]
                 [--connections N] [--json FILE] [--help]

    Starts the demo in a process of its own, gives it work and counts. Where node is
    installed, a server for Node gets the same work, in turns, on the same core.

      WORK             time, page, hold, fanout, echo or churn (default all)
      --peer node      it is an error when node is not installed
      --only SERVER    measure one server alone: comet or node
      --seconds N      how long each measurement lasts (default 2)
      --turns N        how often each server gets each work; the table shows
                       medians (default 3)
      --connections N  the most connections for hold and fanout (default 10000)
      --json FILE      write all numbers to this file
      --help           print this and stop

    Exit status: 0 with numbers, 1 without, 2 for wrong usage, 130 when interrupted.
    """

  init(_ words: some Sequence<String>) throws(Mistake) {
    var words = Array(words)[...]
    while let word = words.popFirst() {
      // `--turns=1` is `--turns 1`.
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if word.hasPrefix("--"), parts.count == 2 {
        words = [parts[1]] + words
        guard parts[0] != "--help" else { throw Mistake(text: "--help takes no value") }
      }
      switch word.hasPrefix("--") ? parts[0] : word {
      case "--peer": try take(peer: try Self.value(of: word, &words))
      case "--only": only = try Self.server(try Self.value(of: word, &words))
      case "--seconds": seconds = try Self.seconds(try Self.value(of: word, &words))
      case "--turns": turns = try Self.count("--turns", 1...99, try Self.value(of: word, &words))
      case "--connections":
        connections = try Self.count("--connections", 10...100_000, try Self.value(of: word, &words))
      case "--json": json = try Self.value(of: word, &words)
      case "--help", "-h": wantsHelp = true
      case _ where word.hasPrefix("-"): throw Mistake(text: "unknown option \(word)")
      default: try take(work: word)
      }
    }
  }

  private mutating func take(work word: String) throws(Mistake) {
    guard let work = WorkName(rawValue: word) else {
      throw Mistake(text: "there is no work \(word); choose from \(WorkName.allCases.map(\.rawValue).listed)")
    }
    if !works.contains(work) { works.append(work) }
  }

  private mutating func take(peer value: String) throws(Mistake) {
    guard value == "node" else { throw Mistake(text: "--peer takes node, not \(value)") }
    peer = .required
  }

  private static func value(of option: String, _ words: inout ArraySlice<String>) throws(Mistake) -> String {
    guard let value = words.popFirst(), !value.isEmpty else { throw Mistake(text: "\(option) needs a value") }
    return value
  }

  private static func server(_ value: String) throws(Mistake) -> ServerKind {
    guard let kind = ServerKind(rawValue: value) else {
      throw Mistake(text: "--only takes comet or node, not \(value)")
    }
    return kind
  }

  private static func seconds(_ value: String) throws(Mistake) -> Double {
    // Within the time after which a server may ask a silent WebSocket whether it still lives.
    guard let seconds = Double(value), seconds >= 0.05, seconds <= 20 else {
      throw Mistake(text: "--seconds takes a number from 0.05 to 20, not \(value)")
    }
    return seconds
  }

  private static func count(_ option: String, _ range: ClosedRange<Int>, _ value: String) throws(Mistake) -> Int {
    guard let count = Int(value), range.contains(count) else {
      throw Mistake(text: "\(option) takes a number from \(range.lowerBound) to \(range.upperBound), not \(value)")
    }
    return count
  }
}

extension [String] {
  fileprivate var listed: String { joined(separator: ", ") }
}
