/// The connections of one rule, and the record of what went over them.
final class Session {
  let target: Target
  let transcript = Transcript()
  /// The longest wait for anything that has to happen at once.
  let patience: Duration
  private let end: ContinuousClock.Instant
  private var sockets: [WireSocket] = []

  init(_ target: Target, patience: Duration, end: ContinuousClock.Instant) {
    self.target = target
    self.patience = patience
    self.end = end
  }

  /// The moment at which a wait of this length, by default one of ``patience``, is over; never after the whole grade's.
  func deadline(_ limit: Duration? = nil) -> ContinuousClock.Instant {
    min(end, .now + (limit ?? patience))
  }

  func connect() throws -> WireSocket {
    let socket = try WireSocket(target, by: deadline(), transcript: transcript)
    sockets.append(socket)
    return socket
  }

  func closeAll() {
    for socket in sockets { socket.close() }
  }

  /// Sends a request on a connection of its own, and returns its answer as soon as the head has come.
  ///
  /// - Parameter limit: how long the head may take.
  func open(
    _ method: String, _ path: String, _ fields: [(String, String)] = [], body: [UInt8]? = nil,
    within limit: Duration? = nil
  ) throws -> Answer {
    try answer(on: send(method, path, fields, body: body), within: limit)
  }

  /// Sends a request and does not wait for its answer.
  func send(
    _ method: String, _ path: String, _ fields: [(String, String)] = [], body: [UInt8]? = nil
  ) throws -> WireSocket {
    let socket = try connect()
    var head = "\(method) \(target.prefix)\(path) HTTP/1.1\r\nHost: \(target.authority)\r\n"
    for (name, value) in fields { head += "\(name): \(value)\r\n" }
    if let body { head += "Content-Length: \(body.count)\r\n" }
    head += "Connection: close\r\n\r\n"
    // A body comes in pieces that have nothing to do with its characters: here one of them is divided.
    let body = body ?? []
    let cut = body.firstIndex { $0 >= 0xC0 }.map { $0 + 1 } ?? body.count
    try socket.send(Array(head.utf8) + body[..<cut], by: deadline())
    if cut < body.count {
      pause(.milliseconds(20))
      try socket.send(Array(body[cut...]), by: deadline())
    }
    return socket
  }

  /// Waits for the head of an answer.
  ///
  /// - Parameter what: what is waited for, where a rule is just about that.
  func answer(on socket: WireSocket, within limit: Duration? = nil, for what: String? = nil) throws -> Answer {
    do {
      return try Answer(on: socket, by: deadline(limit))
    } catch let fault as Fault where fault.kind == .silent && what != nil {
      throw Fault(expected: what ?? "", got: fault.got, .silent)
    }
  }

  /// Sends a request and reads its whole answer.
  func fetch(
    _ method: String, _ path: String, _ fields: [(String, String)] = [], body: [UInt8]? = nil,
    within limit: Duration? = nil
  ) throws -> WholeAnswer {
    let answer = try open(method, path, fields, body: body, within: limit)
    return try answer.whole(by: deadline(), method: method)
  }

  /// Waits, for a time that the exercise's text names.
  func pause(_ duration: Duration) {
    WireSocket.sleep(until: deadline(duration))
  }
}
