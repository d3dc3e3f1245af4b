import TestSupport

/// An `http` fence of a tutorial: a talk with the demo, which is held again.
///
/// `>` is what a client says, `<` what the server answers; `>>` and `<<` are a second client's. After a head stands the
/// body (`body |`), or one `chunk |` for each chunk with `end` after the last, or `…` where the stream goes on. After a
/// 101 each line is a WebSocket frame: `text`, `close`, or the bytes of a `frame` in hexadecimal.
struct WireFence {
  private let lines: [String]
  /// Whether the framing of chunks is shown as well.
  private let showsFraming: Bool

  init(_ lines: [String], showsFraming: Bool) {
    (self.lines, self.showsFraming) = (lines, showsFraming)
  }

  struct Mistake: Error, CustomStringConvertible { let description: String }

  /// Talks to the demo again.
  ///
  /// - Parameter names: what the demo calls things now, by what the tutorial calls them.
  /// - Returns: the lines of the fence, if they would come so again, or what has come instead.
  func replay(_ demo: RunningDemo, _ names: inout [String: String]) async throws -> [String] {
    var clients: [String: WireClient] = [:]
    var result: [String] = []
    var rest = lines[...]
    while let first = rest.first {
      let sign = String(first.prefix { $0 == ">" || $0 == "<" })
      guard [">", ">>", "<", "<<"].contains(sign) else {
        throw Mistake(description: "every talk begins with > or <: \(first.debugDescription)")
      }
      let who = String(repeating: "#", count: sign.count)
      let client: WireClient
      if let known = clients[who] { client = known } else { client = try await WireClient(demo.port) }
      clients[who] = client
      let isAsked = sign.hasPrefix(">")
      // A frame is one line; a message in HTTP goes on to where another one begins.
      var block: [String] = []
      while let line = rest.first, block.isEmpty || !client.isUpgraded && Self.belongs(line, to: sign, block) {
        block.append(line)
        rest = rest.dropFirst()
      }
      let words = block.map { $0.hasPrefix(sign) ? String($0.dropFirst(sign.count + 1)) : $0 }
      if isAsked {
        try Self.checkLength(words)
        try await client.say(words.map { demo.real($0, names) })
        result += block
      } else {
        var come = try await client.answer(like: words, sign: sign, showsFraming: showsFraming)
        come = Names.learn(from: block, come, &names).map { demo.shown($0, names) }
        result += Self.merge(block, WireText.withLength(come))
      }
    }
    for client in clients.values { await client.close() }
    return result
  }

  private static func belongs(_ line: String, to sign: String, _ block: [String]) -> Bool {
    if line.hasPrefix(">") || line.hasPrefix("<") {
      // After the head of an answer comes its body, which looks different, or the first frame.
      return line.prefix { $0 == ">" || $0 == "<" } == sign && !(sign.hasPrefix("<") && block.last == sign)
    }
    return sign.hasPrefix("<")
  }

  /// A reader who counts the bytes of a body finds as many as the request says.
  private static func checkLength(_ request: [String]) throws {
    guard let field = request.first(where: { $0.hasPrefix("Content-Length: ") }) else { return }
    let body = request.drop { !$0.isEmpty }.dropFirst().joined(separator: "\n")
    guard field == "Content-Length: \(body.utf8.count)" else {
      throw Mistake(description: "this body has \(body.utf8.count) bytes: \(body)")
    }
  }

  /// What is the same but for dates and numbers stays as it is written.
  private static func merge(_ written: [String], _ come: [String]) -> [String] {
    WireText.masked(written) == WireText.masked(come) ? WireText.withLength(written) : come
  }
}

extension RunningDemo {
  /// A line of a tutorial as it has to be said to this server.
  fileprivate func real(_ line: String, _ names: [String: String]) -> String {
    names.reduce(line.replacing(":8088", with: ":\(port)")) { $0.replacing($1.key, with: $1.value) }
  }

  /// A line of this server as the tutorial shows it.
  fileprivate func shown(_ line: String, _ names: [String: String]) -> String {
    names.reduce(line.replacing(":\(port)", with: ":8088")) { $0.replacing($1.value, with: $1.key) }
  }
}

/// Names that the server makes at random: of sessions, of histories, of versions.
private enum Names {
  static func learn(from written: [String], _ come: [String], _ names: inout [String: String]) -> [String] {
    // The tag of a list of messages begins with the name of their history.
    let pattern = /(?:ETag: "|"(?:history|reset|sid)":"|"name":"reset","data":")([^"]+?)(?:--?[0-9]+-[0-9]+)?"/
    let old = written.joined(separator: "\n").matches(of: pattern).map { String($0.1) }
    let new = come.joined(separator: "\n").matches(of: pattern).map { String($0.1) }
    for (old, new) in zip(old, new) { names[old] = new }
    return come
  }
}
