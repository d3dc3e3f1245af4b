import Glibc

/// One connection of a ``RawServer``.
final class RawPeer {
  struct Request {
    let method: String
    let path: String
    let query: [String: String]
    /// With the names in lower case.
    let fields: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var form: [String: String] { RawPeer.pairs(text) }
  }

  private(set) var unread: [UInt8] = []
  private var descriptor: Int32

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  /// False when the client has gone.
  @discardableResult
  func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  @discardableResult
  func write(_ text: String) -> Bool { write(Array(text.utf8)) }

  /// An answer with its length; other fields as they are given.
  func answer(_ status: String = "200 OK", _ fields: [String] = [], _ body: String = "") {
    let lines = ["HTTP/1.1 \(status)"] + fields + ["Content-Length: \(body.utf8.count)", "", ""]
    write(lines.joined(separator: "\r\n") + body)
  }

  /// The head of an answer in chunks.
  func begin(_ fields: [String]) {
    write((["HTTP/1.1 200 OK"] + fields + ["Transfer-Encoding: chunked", "", ""]).joined(separator: "\r\n"))
  }

  @discardableResult
  func chunk(_ text: String) -> Bool {
    write(String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n")
  }

  /// Waits for bytes, for ever or for some milliseconds; false when the client has gone.
  func receive(within milliseconds: Int32 = -1) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, milliseconds) > 0 else { return true }
    let arrived = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
      count = max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
    }
    guard !arrived.isEmpty else { return false }
    unread += arrived
    return true
  }

  func take(_ count: Int) -> [UInt8] {
    defer { unread.removeFirst(count) }
    return Array(unread.prefix(count))
  }

  /// Waits for a whole request; nil when the client has gone.
  func request() -> Request? {
    var head: String?
    while head == nil {
      if let end = unread.place(of: [13, 10, 13, 10])?.upperBound {
        head = String(decoding: take(end), as: UTF8.self)
      } else if !receive() {
        return nil
      }
    }
    let lines = (head ?? "").split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      fields[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
    let length = fields["content-length"].flatMap { Int($0) } ?? 0
    while unread.count < length { if !receive() { return nil } }
    let target = words[1].split(separator: "?", maxSplits: 1)
    return Request(
      method: String(words[0]), path: String(target[0]), query: Self.pairs(target.dropFirst().joined()), fields: fields,
      body: take(length))
  }

  private static func pairs(_ text: String) -> [String: String] {
    var pairs: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      pairs[String(parts[0])] = parts.count > 1 ? decoded(parts[1]) : ""
    }
    return pairs
  }

  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What a wait has come to.
  enum Wait<News> {
    case news(News)
    case silence
    case gone
  }

  /// Looks again and again whether there is something, and whether the client is still there.
  ///
  /// - Parameter isBlind: does not look at the client.
  func wait<News>(_ limit: Duration, isBlind: Bool = false, for look: () -> News?) -> Wait<News> {
    let end = ContinuousClock.now + limit
    repeat {
      if let news = look() { return .news(news) }
      if isBlind { Self.pause(5) } else if !receive(within: 5) { return .gone }
    } while ContinuousClock.now < end
    return .silence
  }

  static func pause(_ milliseconds: Int32) { _ = poll(nil, 0, milliseconds) }

  func close() {
    guard descriptor >= 0 else { return }
    Glibc.close(descriptor)
    descriptor = -1
  }
}
