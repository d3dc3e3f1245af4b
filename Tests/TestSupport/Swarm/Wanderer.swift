import Foundation
import Glibc

/// A client that reads the numbered messages of one address over one transport, leaves at any moment, and comes back
/// with its cursor. It keeps what came whole, as it came over the wire.
///
/// Made for hundreds of them on one thread: plain calls of the system, which do not wait.
public final class Wanderer {
  /// How it reads.
  public enum Transport: CaseIterable, Sendable {
    case shortPoll, longPoll, events, webSocket
  }

  enum Way: CaseIterable {
    case close, reset, halfClose
  }

  let transport: Transport
  /// The last message that it has.
  private(set) var cursor = 0
  /// All that it has: the members of the lists, the chunks of the stream, or the frames.
  private(set) var received: [UInt8] = []
  private(set) var visits = 0
  /// What it was sent that was no message.
  private(set) var surprise: String?
  /// The socket, -1 while it is away.
  private(set) var descriptor: Int32 = -1
  /// For how many rounds it does nothing.
  var rest = 0

  private let port: Int
  private var unread: [UInt8] = []
  private var hasHead = false

  init(_ transport: Transport, port: Int) {
    self.transport = transport
    self.port = port
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Connects and asks for what comes after the cursor.
  func come() {
    visits += 1
    descriptor = connected(to: port)
    ask()
  }

  func leave(_ way: Way) {
    switch way {
    case .close: break
    case .reset:
      var now = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    case .halfClose: shutdown(descriptor, Int32(SHUT_WR))
    }
    close(descriptor)
    descriptor = -1
    unread = []
    hasHead = false
  }

  /// Sends bytes besides what it asks.
  func say(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return surprise = "a connection that takes nothing" }
      sent += count
    }
  }

  /// Reads what is there, at most `limit` bytes, and keeps what has come whole.
  func read(atMost limit: Int) {
    var count = 0
    unread += [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
      count = recv(descriptor, buffer.baseAddress, limit, Int32(MSG_DONTWAIT))
      filled = max(0, count)
    }
    guard count > 0 else {
      if count == 0 || errno != EAGAIN { surprise = "an end" }
      return
    }
    switch transport {
    case .shortPoll, .longPoll: keepList()
    case .events: keepChunks()
    case .webSocket: keepFrames()
    }
  }

  private func ask() {
    var lines = ["Host: localhost:\(port)"]
    switch transport {
    case .shortPoll: lines.insert("GET /api/messages?after=\(cursor) HTTP/1.1", at: 0)
    case .longPoll: lines.insert("GET /api/messages?after=\(cursor)&wait=20 HTTP/1.1", at: 0)
    case .events:
      lines.insert("GET /api/messages?after=0 HTTP/1.1", at: 0)
      lines.append("Accept: text/event-stream")
      if cursor > 0 { lines.append("Last-Event-ID: \(cursor)") }
    case .webSocket:
      lines.insert("GET /api/messages?after=\(cursor) HTTP/1.1", at: 0)
      lines += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
      lines.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    }
    say(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
  }

  // MARK: Keeping what is whole

  private func keepList() {
    guard let end = unread.place(of: "\r\n\r\n"), let field = unread.place(of: "Content-Length: ") else { return }
    let length = unread.number(at: field + 16)
    let start = end + 4
    guard unread.count >= start + length else { return }
    if !unread.starts(with: "HTTP/1.1 200 ".utf8) || unread.count > start + length {
      surprise = String(decoding: unread, as: UTF8.self)
    }
    // Without the brackets.
    if length > 2 {
      if !received.isEmpty { received.append(UInt8(ascii: ",")) }
      received += unread[(start + 1)..<(start + length - 1)]
      readCursor(#"{"id":"#)
    }
    unread = []
    if transport == .shortPoll { rest = 3 }
    ask()
  }

  private func keepChunks() {
    guard takeHead("HTTP/1.1 200 "), let end = unread.lastPlace(of: "\n\n\r\n") else { return }
    received += unread[..<(end + 4)]
    unread.removeFirst(end + 4)
    readCursor("id: ")
  }

  private func keepFrames() {
    guard takeHead("HTTP/1.1 101 ") else { return }
    var start = 0
    while unread.count >= start + 2 {
      let length = Int(unread[start + 1])
      if unread[start] != 0x81 || length > 125 { return surprise = "a frame that is no short text" }
      guard unread.count >= start + 2 + length else { break }
      start += 2 + length
    }
    guard start > 0 else { return }
    received += unread[..<start]
    unread.removeFirst(start)
    readCursor(#"{"id":"#)
  }

  private func takeHead(_ start: String) -> Bool {
    if !hasHead, let end = unread.place(of: "\r\n\r\n") {
      if !unread.starts(with: start.utf8) { surprise = String(decoding: unread, as: UTF8.self) }
      unread.removeFirst(end + 4)
      hasHead = true
    }
    return hasHead && !unread.isEmpty
  }

  private func readCursor(_ mark: String) {
    guard let place = received.lastPlace(of: mark) else { return surprise = "no number" }
    cursor = received.number(at: place + mark.utf8.count)
  }
}

/// A blocking connection to a port of 127.0.0.1; one that fails shows itself when it is used.
func connected(to port: Int) -> Int32 {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
  withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      _ = connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  return descriptor
}

extension [UInt8] {
  /// Where a text first begins.
  fileprivate func place(of text: String) -> Int? { place(of: Array(text.utf8))?.lowerBound }

  /// Where a text last begins.
  fileprivate func lastPlace(of text: String) -> Int? {
    let wanted = Array(text.utf8)
    return (0...Swift.max(0, count - wanted.count)).last { holds(wanted, at: $0) }
  }

  private func holds(_ wanted: [UInt8], at place: Int) -> Bool {
    // Most places differ in the first byte.
    guard place + wanted.count <= count, self[place] == wanted[0] else { return false }
    return self[place..<(place + wanted.count)].elementsEqual(wanted)
  }

  /// The decimal digits from a place on.
  fileprivate func number(at place: Int) -> Int {
    var (number, place) = (0, place)
    while place < count, (0x30...0x39).contains(self[place]) {
      number = number * 10 + Int(self[place] - 0x30)
      place += 1
    }
    return number
  }
}
