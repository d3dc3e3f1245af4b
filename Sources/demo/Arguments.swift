// The command line, taken apart.

import Comet
import CometDemo

/// What the user asks for.
struct Arguments {
  /// Something on the command line that cannot be understood, and what to do about it.
  struct Mistake: Error {
    let text: String
  }

  enum Wish {
    case serve, list, help, version
  }

  var wish = Wish.serve
  var sample: Technique?
  var port = 8088
  var host = "localhost"
  var tick = Duration.seconds(2)
  var www: String?
  var allowedHosts: [String] = []
  var isQuiet = false

  static let usage = """
    usage: demo [SAMPLE] [--port N] [--host ADDRESS] [--tick SECONDS] [--www DIR]
                [--allow-host NAME] [--quiet] [--list] [--help] [--version]

    Serves the demos of the real-time web on http://localhost:8088; with SAMPLE,
    that one alone.

      --port N           listen on this port; 0 takes a free one (default 8088)
      --host ADDRESS     listen on this IP address (default 127.0.0.1 and ::1)
      --tick SECONDS     how often something happens (default 2; 0.05 works)
      --www DIR          the folder with the pages (usually found by itself)
      --allow-host NAME  answer under this host name too; may be repeated
      --quiet            no line of log for each request
      --list             print the samples and stop
      --help             print this and stop
      --version          print the version and stop

    Exit status: 0 after SIGINT or SIGTERM, 1 when the server cannot start,
    2 for wrong usage.
    """

  init(_ words: some Sequence<String>) throws(Mistake) {
    var words = Array(words)[...]
    while let word = words.popFirst() {
      // `--port=80` is `--port 80`.
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if word.hasPrefix("--"), parts.count == 2 {
        words = [parts[1]] + words
        if ["--quiet", "--list", "--help", "--version"].contains(parts[0]) {
          throw Mistake(text: "\(parts[0]) takes no value")
        }
      }
      switch word.hasPrefix("--") ? parts[0] : word {
      case "--port": port = try Self.port(try Self.value(of: word, &words))
      case "--host": host = try Self.host(try Self.value(of: word, &words))
      case "--tick": tick = try Self.tick(try Self.value(of: word, &words))
      case "--www": www = try Self.value(of: word, &words)
      case "--allow-host": allowedHosts.append(try Self.allowedHost(try Self.value(of: word, &words)))
      case "--quiet": isQuiet = true
      case "--list": wish = .list
      case "--help", "-h": wish = .help
      case "--version": wish = .version
      case _ where word.hasPrefix("-"): throw Mistake(text: "unknown option \(parts[0])")
      default: try take(sample: word)
      }
    }
  }

  private mutating func take(sample slug: String) throws(Mistake) {
    guard let technique = Technique.all.first(where: { $0.slug == slug }) else {
      let known = Technique.all.map(\.slug).joined(separator: ", ")
      throw Mistake(text: "there is no sample \(slug); choose one of \(known)")
    }
    guard sample == nil else { throw Mistake(text: "one sample at a time; leave SAMPLE out to have them all") }
    sample = technique
  }

  private static func value(of option: String, _ words: inout ArraySlice<String>) throws(Mistake) -> String {
    guard let value = words.popFirst(), !value.isEmpty else { throw Mistake(text: "\(option) needs a value") }
    return value
  }

  private static func port(_ value: String) throws(Mistake) -> Int {
    guard let port = Int(value), (0...65_535).contains(port) else {
      throw Mistake(text: "--port takes a number from 0 to 65535, not \(value)")
    }
    return port
  }

  private static func host(_ value: String) throws(Mistake) -> String {
    guard value == "localhost" || SocketAddress(value) != nil else {
      throw Mistake(text: "--host takes localhost or an IP address of this machine, not \(value)")
    }
    return value
  }

  private static func tick(_ value: String) throws(Mistake) -> Duration {
    guard let seconds = Double(value), seconds >= 0.001, seconds <= 86_400 else {
      throw Mistake(text: "--tick takes seconds from 0.001 to 86400, not \(value)")
    }
    return .milliseconds(Int((seconds * 1000).rounded()))
  }

  private static func allowedHost(_ value: String) throws(Mistake) -> String {
    // In the grammar of URIs `*` would be a name like any other, and nobody has it.
    let isName = value.wholeMatch(of: /[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?/) != nil
    guard let authority = Authority(value), authority.port == nil, isName || value.hasSuffix("]") else {
      throw Mistake(text: "--allow-host takes a host name, without a port and without wildcards, not \(value)")
    }
    return value
  }
}
