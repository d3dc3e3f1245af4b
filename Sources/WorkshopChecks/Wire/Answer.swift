// An HTTP answer, read in whatever pieces it comes, with a limit on everything. It is lenient in forms, which differ
// from server to server, and strict in what the framing means (RFC 9112).

/// An answer whose head has come and whose body can be read as it arrives.
final class Answer {
  let status: Int
  let fields: [(name: String, value: String)]
  let socket: WireSocket
  private var body: BodyReader

  private static let headLimit = 64 * 1024

  init(on socket: WireSocket, by deadline: ContinuousClock.Instant) throws {
    self.socket = socket
    while true {
      let head = try Self.readHead(on: socket, by: deadline)
      let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
      let first = lines.first.map(String.init) ?? ""
      let words = first.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      guard words.count >= 2, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0", words[1].utf8.count == 3,
        let status = Int(words[1]), (100...599).contains(status)
      else {
        throw Fault(
          expected: "a status line such as HTTP/1.1 200 OK (RFC 9112 §4)",
          got: "The answer begins with \(Readable.quoted(first)).")
      }
      // An interim answer: the final one follows (RFC 9110 §15.2).
      if (100...199).contains(status), status != 101 { continue }
      self.status = status
      fields = try lines.dropFirst().filter { !$0.isEmpty }.map(Self.field)
      break
    }
    body = BodyReader.open
    body = try framing()
  }

  func values(_ name: String) -> [String] {
    fields.filter { $0.name == name }.map(\.value)
  }

  /// The value of a field; several lines of it count as one list (RFC 9110 §5.3).
  func value(_ name: String) -> String? {
    let all = values(name)
    return all.isEmpty ? nil : all.joined(separator: ", ")
  }

  /// The members of a comma-separated field, in lower case.
  func list(_ name: String) -> [String] {
    (value(name) ?? "").split(separator: ",").map { trimmed($0).lowercased() }.filter { !$0.isEmpty }
  }

  /// The media type without its parameters, in lower case.
  var mediaType: String {
    trimmed((value("content-type") ?? "").prefix { $0 != ";" }).lowercased()
  }

  // MARK: Body

  enum Piece {
    case bytes([UInt8])
    /// The body is over; in order when its framing says so.
    case end(isOrderly: Bool)
    case silence
  }

  /// The next bytes of the body, as soon as there are some.
  func next(by deadline: ContinuousClock.Instant) throws -> Piece {
    while true {
      switch try body.read(from: socket) {
      case .bytes(let bytes): return .bytes(bytes)
      case .end: return .end(isOrderly: true)
      case .needsMore: break
      }
      switch try socket.receive(by: deadline) {
      case .bytes: continue
      case .end(let isReset):
        // What is left over is the beginning of something: mostly what should have been a chunk.
        guard socket.unread.isEmpty else {
          throw Fault(
            expected: "chunks: the size in hexadecimal, CR LF, the bytes, CR LF (RFC 9112 §7.1)",
            got: "\(Readable.quoted(socket.unread)) came, and then the end of the connection.")
        }
        return .end(isOrderly: body.mayEndByClose && !isReset)
      case .silence: return .silence
      }
    }
  }

  /// Reads to the end of the body.
  func whole(by deadline: ContinuousClock.Instant, method: String = "GET") throws -> WholeAnswer {
    if method == "HEAD" || status == 204 || status == 304 || status == 101 {
      return WholeAnswer(answer: self, body: [], end: .orderly)
    }
    var bytes: [UInt8] = []
    while true {
      switch try next(by: deadline) {
      case .bytes(let piece): bytes += piece
      case .end(let isOrderly): return WholeAnswer(answer: self, body: bytes, end: isOrderly ? .orderly : .cut)
      case .silence: return WholeAnswer(answer: self, body: bytes, end: .missing)
      }
    }
  }

  private func framing() throws -> BodyReader {
    if value("transfer-encoding") != nil {
      // Two lengths are two answers to whoever stands on the way.
      guard value("content-length") == nil else {
        throw Fault(
          expected: "either Transfer-Encoding or Content-Length (RFC 9112 §6.2)", got: "There are both of them.")
      }
      return list("transfer-encoding").last == "chunked" ? .chunks(.size) : .open
    }
    guard let field = value("content-length") else { return .open }
    guard let length = Int(field), length >= 0, field.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw Fault(
        expected: "a Content-Length of decimal digits (RFC 9110 §8.6)",
        got: "Content-Length is \(Readable.quoted(field)).")
    }
    return .length(length)
  }

  // MARK: Head

  /// Reads up to the empty line.
  private static func readHead(on socket: WireSocket, by deadline: ContinuousClock.Instant) throws -> String {
    let expected = "the head of an HTTP answer, ended by an empty line (RFC 9112 §2.1)"
    let pattern: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    var searched = 0
    while true {
      if let found = socket.unread[searched...].place(of: pattern) {
        return String(decoding: socket.take(found.upperBound).dropLast(4), as: UTF8.self)
      }
      searched = max(0, socket.unread.count - 3)
      guard socket.unread.count <= headLimit else {
        throw Fault(expected: expected, got: "More than \(headLimit) bytes came without an empty line.")
      }
      switch try socket.receive(by: deadline) {
      case .bytes: continue
      case .end(let isReset):
        throw Fault(
          expected: expected,
          got: "The connection was \(isReset ? "reset" : "closed") after \(socket.unread.count) bytes of it.")
      case .silence:
        if socket.unread.place(of: [0x0A, 0x0A]) != nil {
          throw Fault(expected: "lines that end in CR LF (RFC 9112 §2.2)", got: "They end in LF alone.")
        }
        throw Fault(
          expected: expected,
          got: socket.unread.isEmpty
            ? "Nothing came in time." : "Only \(Readable.quoted(socket.unread)) came in time.", .silent)
      }
    }
  }

  private static func field(_ line: Substring) throws -> (name: String, value: String) {
    guard let colon = line.firstIndex(of: ":"), colon != line.startIndex,
      line[..<colon].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else {
      throw Fault(
        expected: "header lines of the form Name: value (RFC 9112 §5)",
        got: "One line is \(Readable.quoted(String(line))).")
    }
    return (line[..<colon].lowercased(), trimmed(line[colon...].dropFirst()))
  }
}

/// An answer that has come to its end.
struct WholeAnswer {
  enum End {
    case orderly
    /// The connection was closed before the body's end.
    case cut
    /// The end did not come in time.
    case missing
  }

  let answer: Answer
  let body: [UInt8]
  let end: End

  var status: Int { answer.status }
  var text: String { String(decoding: body, as: UTF8.self) }
}

/// Without white space at both ends.
func trimmed(_ text: Substring) -> String {
  let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
  var text = text.drop(while: isSpace)
  while let last = text.last, isSpace(last) { text.removeLast() }
  return String(text)
}
