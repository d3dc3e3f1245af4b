// Takes the framing off a body (RFC 9112 §6.3), whatever pieces it comes in.

enum BodyReader {
  case length(Int)
  case chunks(ChunkState)
  /// To the end of the connection.
  case open

  enum ChunkState {
    case size
    case data(left: Int)
    case lineAfterData
    case trailer
    case end
  }

  enum Step {
    case bytes([UInt8])
    case end
    case needsMore
  }

  /// Whether the end of the connection is an end of this body in order.
  var mayEndByClose: Bool {
    if case .open = self { true } else { false }
  }

  mutating func read(from socket: WireSocket) throws -> Step {
    switch self {
    case .length(0): return .end
    case .length(let left):
      guard !socket.unread.isEmpty else { return .needsMore }
      let bytes = socket.take(left)
      self = .length(left - bytes.count)
      return .bytes(bytes)
    case .open:
      return socket.unread.isEmpty ? .needsMore : .bytes(socket.take(socket.unread.count))
    case .chunks(let state):
      return try readChunks(state, from: socket)
    }
  }

  private mutating func readChunks(_ start: ChunkState, from socket: WireSocket) throws -> Step {
    var state = start
    defer { self = .chunks(state) }
    while true {
      switch state {
      case .size:
        guard let line = try Self.line(of: socket, what: "a chunk's size line") else { return .needsMore }
        let size = try Self.size(line)
        state = size == 0 ? .trailer : .data(left: size)
      case .data(let left):
        guard !socket.unread.isEmpty else { return .needsMore }
        let bytes = socket.take(left)
        state = left == bytes.count ? .lineAfterData : .data(left: left - bytes.count)
        return .bytes(bytes)
      case .lineAfterData:
        guard socket.unread.count >= 2 else { return .needsMore }
        let end = socket.take(2)
        guard end == [0x0D, 0x0A] else {
          throw Fault(
            expected: "CR LF after a chunk's data (RFC 9112 §7.1)",
            got: "\(Readable.quoted(end)) came there. Is the chunk's size the number of its bytes, in hexadecimal?")
        }
        state = .size
      case .trailer:
        guard let line = try Self.line(of: socket, what: "the trailer") else { return .needsMore }
        if line.isEmpty { state = .end }
      case .end:
        return .end
      }
    }
  }

  private static func line(of socket: WireSocket, what: String) throws -> String? {
    guard let found = socket.unread.place(of: [0x0D, 0x0A]) else {
      guard socket.unread.count <= 4096 else {
        throw Fault(
          expected: "\(what), ended by CR LF (RFC 9112 §7.1)", got: "\(Readable.quoted(socket.unread)) came there.")
      }
      return nil
    }
    return String(decoding: socket.take(found.upperBound).dropLast(2), as: UTF8.self)
  }

  private static func size(_ line: String) throws -> Int {
    let digits = trimmed(line.prefix { $0 != ";" })
    guard !digits.isEmpty, digits.utf8.count <= 15, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }),
      let size = Int(digits, radix: 16)
    else {
      throw Fault(
        expected: "a chunk's size in hexadecimal digits (RFC 9112 §7.1)", got: "\(Readable.quoted(line)) came there.")
    }
    return size
  }
}
