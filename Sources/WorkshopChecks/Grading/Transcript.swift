// What was sent and what came back, for the eyes of whoever wrote the server.

/// What went over the connections of one rule.
final class Transcript {
  /// Both directions of one connection.
  final class Connection {
    fileprivate(set) var sent = ByteLog()
    fileprivate(set) var received = ByteLog()

    func didSend(_ bytes: [UInt8]) { sent.append(bytes) }
    func didReceive(_ bytes: [UInt8]) { received.append(bytes) }
  }

  private static let limit = 8

  private var connections: [Connection] = []
  private var count = 0

  /// The record of a new connection; from some number on they are only counted.
  func connection() -> Connection {
    let connection = Connection()
    count += 1
    if connections.count < Self.limit { connections.append(connection) }
    return connection
  }

  var sent: String { text(of: \.sent) }
  var received: String { text(of: \.received) }
  /// Whether nothing came on any of them.
  var isSilent: Bool { connections.allSatisfy { $0.received.count == 0 } }

  private func text(of log: KeyPath<Connection, ByteLog>) -> String {
    guard count > 1 else { return connections.first?[keyPath: log].readable ?? "" }
    var parts = connections.enumerated().compactMap { number, connection in
      let text = connection[keyPath: log].readable
      return text.isEmpty ? nil : "[connection \(number + 1)]\n" + text
    }
    if count > Self.limit { parts.append("[\(count - Self.limit) more connections]") }
    return parts.joined(separator: "\n")
  }
}

/// The beginning and the end of many bytes, in bounded memory.
struct ByteLog {
  private static let headLimit = 1200
  private static let tailLimit = 300

  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private(set) var count = 0

  mutating func append(_ bytes: some Collection<UInt8>) {
    count += bytes.count
    let room = Self.headLimit - head.count
    head.append(contentsOf: bytes.prefix(room))
    tail.append(contentsOf: bytes.dropFirst(room).suffix(Self.tailLimit))
    if tail.count > 4 * Self.tailLimit { tail.removeFirst(tail.count - Self.tailLimit) }
  }

  var readable: String {
    let shownTail = tail.suffix(Self.tailLimit)
    let missing = count - head.count - shownTail.count
    if missing <= 0 { return Readable.text(head + shownTail) }
    return Readable.text(head) + "\n… \(missing) bytes left out …\n" + Readable.text(shownTail)
  }
}

/// Bytes as text that shows every one of them.
enum Readable {
  /// Line ends are shown and kept; what does not print becomes `\xNN`.
  static func text(_ bytes: some Collection<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self) {
      return text.unicodeScalars.map { $0.isASCII ? escape(UInt8(truncatingIfNeeded: $0.value)) : shown($0) }.joined()
    }
    return bytes.map(escape).joined()
  }

  /// One line in quotes, shortened.
  static func quoted(_ bytes: some Collection<UInt8>, limit: Int = 120) -> String {
    let line = text(bytes.prefix(limit)).filter { $0 != "\n" }
    return "\"\(line)\"" + (bytes.count > limit ? " … (\(bytes.count) bytes)" : "")
  }

  static func quoted(_ text: String, limit: Int = 120) -> String { quoted(Array(text.utf8), limit: limit) }

  private static func shown(_ scalar: Unicode.Scalar) -> String {
    // These two look like line ends or like nothing; C1 control characters would steer a terminal.
    let hides = (0x80..<0xA0).contains(scalar.value) || [0x2028, 0x2029, 0xFEFF].contains(scalar.value)
    return hides ? "\\u{" + String(scalar.value, radix: 16) + "}" : String(scalar)
  }

  private static func escape(_ byte: UInt8) -> String {
    switch byte {
    case 0x0A: "\\n\n"
    case 0x0D: "\\r"
    case 0x20...0x7E: String(Unicode.Scalar(byte))
    default: (byte < 0x10 ? "\\x0" : "\\x") + String(byte, radix: 16)
    }
  }
}
