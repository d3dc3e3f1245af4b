// HTTP responses from bytes, in pieces as they come (RFC 9112 §6, §7.1). It trusts the server that it measures more
// than a client of the world may, and takes from a head only what tells where the body ends.

import Glibc

/// The responses of one connection, one after the other.
struct ResponseReader {
  enum Part {
    /// The head is complete; this is its status.
    case head(Int)
    /// Some of the body, freed from its framing. Valid as long as the bytes that it was found in.
    case body(UnsafeRawBufferPointer)
    /// The response is complete.
    case end
  }

  private enum State {
    case statusLine, fields
    case body(left: Int)
    case chunkSize, chunkEnd, trailer
    case chunk(left: Int)
    /// After 101 the bytes belong to another protocol.
    case switched
  }

  private var state = State.statusLine
  private var status = 0
  private var length = 0
  private var isChunked = false
  /// The beginning of a line whose end has not come yet.
  private var partial: [UInt8] = []

  /// The next part, taken off the front of `bytes`; nil when more bytes must come first.
  mutating func next(_ bytes: inout UnsafeRawBufferPointer) throws(Failure) -> Part? {
    while true {
      switch state {
      case .body(0):
        state = .statusLine
        return .end
      case .body(let left):
        guard let piece = bytes.take(left) else { return nil }
        state = .body(left: left - piece.count)
        return .body(piece)
      case .chunk(0):
        state = .chunkEnd
      case .chunk(let left):
        guard let piece = bytes.take(left) else { return nil }
        state = .chunk(left: left - piece.count)
        return .body(piece)
      case .switched:
        return nil
      case .statusLine, .fields, .chunkSize, .chunkEnd, .trailer:
        guard let part = try nextLine(&bytes) else { return nil }
        if let part = part.value { return part }
      }
    }
  }

  /// What a line led to: a part, or only another state.
  private struct Step {
    var value: Part?
  }

  private mutating func nextLine(_ bytes: inout UnsafeRawBufferPointer) throws(Failure) -> Step? {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return nil }
    guard let newline = memchr(start, 10, bytes.count) else {
      partial.append(contentsOf: bytes)
      guard partial.count <= 65_536 else { throw Failure("the server sent a line without an end") }
      bytes = UnsafeRawBufferPointer(rebasing: bytes[bytes.endIndex...])
      return nil
    }
    let count = start.distance(to: UnsafeRawPointer(newline))
    let line = UnsafeRawBufferPointer(rebasing: bytes[..<count])
    bytes = UnsafeRawBufferPointer(rebasing: bytes[(count + 1)...])
    if partial.isEmpty { return try take(line: line.withoutReturn) }
    partial.append(contentsOf: line)
    let whole = partial
    partial = []
    do {
      return try whole.withUnsafeBytes { try take(line: $0.withoutReturn) }
    } catch {
      throw error as? Failure ?? Failure("\(error)")
    }
  }

  private mutating func take(line: UnsafeRawBufferPointer) throws(Failure) -> Step {
    switch state {
    case .statusLine:
      // "HTTP/1.1 200 OK"
      guard line.count >= 12, line.starts(with: "HTTP/1.".utf8), let code = Int(line[9..<12]) else {
        throw Failure("the server sent something that is no HTTP response")
      }
      (status, length, isChunked, state) = (code, 0, false, .fields)
    case .fields where line.isEmpty:
      if status == 101 {
        state = .switched
      } else {
        state = isChunked ? .chunkSize : .body(left: length)
      }
      return Step(value: .head(status))
    case .fields:
      if let value = line.value(ofField: "content-length:") {
        guard let count = Int(value), count >= 0 else { throw Failure("the server sent a wrong Content-Length") }
        length = count
      } else if line.value(ofField: "transfer-encoding:") != nil {
        isChunked = true
      }
    case .chunkSize:
      guard let size = Int(hexadecimal: line) else { throw Failure("the server sent a wrong chunk size") }
      state = size == 0 ? .trailer : .chunk(left: size)
    case .chunkEnd:
      state = .chunkSize
    case .trailer where line.isEmpty:
      state = .statusLine
      return Step(value: .end)
    case .trailer, .body, .chunk, .switched:
      break
    }
    return Step(value: nil)
  }
}
