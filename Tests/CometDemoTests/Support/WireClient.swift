import TestSupport

/// One client of a talk in a tutorial.
final class WireClient {
  private(set) var isUpgraded = false
  private let raw: RawClient

  init(_ port: Int) async throws { raw = try await RawClient(port: port) }

  func close() async { await raw.close() }

  /// Says a request, or a frame.
  func say(_ lines: [String]) async throws {
    if isUpgraded { return try await raw.send(try Self.frame(lines[0])) }
    var rest = lines[...]
    while !rest.isEmpty {
      guard let end = rest.firstIndex(where: \.isEmpty) else {
        throw WireFence.Mistake(description: "an empty > line ends a request")
      }
      let head = rest[..<end]
      // Requests without a body may follow each other.
      let hasBody = head.contains { $0.hasPrefix("Content-Length: ") }
      let body = hasBody ? rest[(end + 1)...].joined(separator: "\n") : ""
      // Names in it may be longer now than those in the text.
      let fields = head.map { $0.hasPrefix("Content-Length: ") ? "Content-Length: \(body.utf8.count)" : $0 }
      try await raw.send(fields.joined(separator: "\r\n") + "\r\n\r\n" + body)
      rest = hasBody ? [] : rest[(end + 1)...]
    }
  }

  /// Takes an answer, or a frame, and writes it in the form in which it is written already.
  func answer(like written: [String], sign: String, showsFraming: Bool) async throws -> [String] {
    if isUpgraded { return ["\(sign) \(try await frame(like: written[0]))"] }
    var transcript = Transcript()
    if written.last == "…" {
      transcript.add(sign, head: try await raw.head().text)
      for _ in 0..<written.count(where: { $0.hasPrefix("chunk |") }) {
        guard let chunk = try await raw.nextChunk() else { break }
        transcript.add("chunk", body: chunk)
      }
      transcript.add(line: "…")
    } else {
      let response = try await raw.response()
      isUpgraded = response.status == 101
      transcript.add(sign, head: response.head.text)
      if response.chunks.isEmpty, !response.body.isEmpty { transcript.add("body", body: response.body) }
      for chunk in response.chunks {
        let size = String(chunk.count, radix: 16)
        let framed = "\(size)\\r\\n\(chunk.text)\\r\\n"
        transcript.add("chunk", body: showsFraming ? Array(framed.utf8) : chunk)
      }
      if showsFraming { transcript.add("chunk", body: Array("0\\r\\n\\r\\n".utf8)) }
      if !response.chunks.isEmpty { transcript.add(line: "end") }
    }
    return Array(transcript.text.components(separatedBy: "\n").dropLast())
  }

  /// `text Hello`, `ping`, `close 1000 reason`, or `frame 81 85 …`.
  private static func frame(_ line: String) throws -> [UInt8] {
    let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let words = parts.count > 1 ? parts[1] : ""
    switch parts[0] {
    case "text": return WebSocketFrame(WebSocketFrame.Opcode.text, words).bytes
    case "ping": return WebSocketFrame(WebSocketFrame.Opcode.ping, words).bytes
    case "close": return WebSocketFrame.close(UInt16(words.prefix(4)), String(words.dropFirst(5))).bytes
    case "frame": return words.split(separator: " ").compactMap { UInt8($0, radix: 16) }
    default: throw WireFence.Mistake(description: "a frame is text, ping, close or frame: \(line)")
    }
  }

  private func frame(like written: String) async throws -> String {
    var bytes = try await raw.receive(count: 2)
    var count = Int(bytes[1] & 0x7F)
    if count > 125 {
      let long = try await raw.receive(count: count == 126 ? 2 : 8)
      bytes += long
      count = long.reduce(0) { $0 << 8 | Int($1) }
    }
    let payload = try await raw.receive(count: count)
    if written.hasPrefix("frame") {
      return "frame " + (bytes + payload).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }
    switch bytes[0] & 0x0F {
    case WebSocketFrame.Opcode.close:
      let code = payload.prefix(2).reduce(0) { $0 << 8 | Int($1) }
      return "close \(code)" + (payload.count > 2 ? " \(Array(payload.dropFirst(2)).text)" : "")
    case WebSocketFrame.Opcode.pong: return "pong \(payload.text)"
    default: return payload.isEmpty ? "text" : "text \(payload.text)"
    }
  }
}
