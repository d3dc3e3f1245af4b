/// A WebSocket client (RFC 6455) that does nothing unasked, except in ``receiveMessage(within:)`` and
/// ``expectClose(code:skippingMessages:within:)``, which answer as a browser does.
///
/// ```swift
/// let socket = try await WebSocketClient(port: port, path: "/ws")
/// try await socket.sendText("hello")
/// let answer = try await socket.receiveText()
/// try await socket.close(1000)
/// try await socket.expectClose(code: 1000)
/// ```
public actor WebSocketClient {
  /// A whole message.
  public enum Message: Sendable, Equatable {
    /// A text message, checked to be UTF-8.
    case text(String)
    /// A binary message.
    case binary([UInt8])
  }

  /// The connection, for bytes that are no frames.
  public nonisolated let raw: RawClient
  /// The head of the server's answer, with the subprotocol that it chose.
  public nonisolated let handshake: RawHead
  private var sentClose = false

  /// Connects and shakes hands; throws unless the server switches protocols by all rules.
  public init(
    port: Int, path: String = "/ws", fields: KeyValuePairs<String, String?> = [:], subprotocols: [String] = [],
    key: WebSocketKey = .sample, deadline: Duration = .patience, receiveBuffer: Int? = nil
  ) async throws {
    raw = try await RawClient(port: port, deadline: deadline, receiveBuffer: receiveBuffer)
    let answer = try await raw.webSocketHandshake(path: path, fields: fields, subprotocols: subprotocols, key: key)
    handshake = answer.head
    let chosen = handshake.all("Sec-WebSocket-Protocol")
    let problem: String? =
      if answer.status != 101 {
        "the status is \(answer.status)"
      } else if answer["Upgrade"]?.lowercased() != "websocket" || answer["Connection"]?.lowercased() != "upgrade" {
        "Upgrade or Connection is wrong"
      } else if answer["Sec-WebSocket-Accept"] != key.accept {
        "Sec-WebSocket-Accept is not \(key.accept)"
      } else if chosen.count > 1 || !chosen.allSatisfy(subprotocols.contains) {
        "the subprotocol \(chosen) was not offered"
      } else if !handshake.all("Sec-WebSocket-Extensions").isEmpty {
        "an extension was not offered"
      } else {
        nil
      }
    if let problem {
      let bytes = Array(handshake.text.utf8) + answer.body
      throw ClientError(awaiting: "a WebSocket at \(path)", .unexpected(problem), received: bytes)
    }
  }

  // MARK: Sending

  /// Sends a frame, right or wrong.
  public func send(frame: WebSocketFrame) async throws {
    if frame.opcode == WebSocketFrame.Opcode.close { sentClose = true }
    try await raw.send(frame.bytes)
  }

  /// Sends a text message in one frame.
  public func sendText(_ text: String) async throws { try await send(frame: .init(WebSocketFrame.Opcode.text, text)) }

  /// Sends a binary message in one frame.
  public func sendBinary(_ bytes: [UInt8]) async throws {
    try await send(frame: .init(WebSocketFrame.Opcode.binary, bytes))
  }

  /// Sends a close frame; without a code it is empty.
  public func close(_ code: UInt16? = nil, _ reason: String = "") async throws {
    try await send(frame: .close(code, reason))
  }

  // MARK: Receiving

  /// Reads one frame. A masked frame, a reserved bit, an unknown opcode, a wrong control frame or a length that is not
  /// in its shortest form is an error of the server.
  public func receiveFrame(within limit: Duration? = nil) async throws -> WebSocketFrame {
    let start = try await raw.receive(count: 2, within: limit)
    let (long, form): (Int, WebSocketFrame.LengthForm) =
      switch start[1] & 0x7F {
      case 126: (2, .bits16)
      case 127: (8, .bits64)
      default: (0, .bits7)
      }
    let more = try await raw.receive(count: long, within: limit)
    let length = long == 0 ? UInt64(start[1]) : more.reduce(0) { $0 << 8 | UInt64($1) }
    func malformed(_ rule: String) -> ClientError {
      ClientError(awaiting: "a frame", .malformed(rule), received: start + more)
    }
    guard start[1] & 0x80 == 0 else { throw malformed("masked by the server") }
    guard start[0] & 0x70 == 0 else { throw malformed("a reserved bit is set") }
    guard form == WebSocketFrame.shortestForm(of: length) else { throw malformed("length \(length) in \(form)") }
    var frame = WebSocketFrame(start[0] & 0x0F)
    frame.fin = start[0] & 0x80 != 0
    frame.mask = nil
    guard [0, 1, 2, 8, 9, 10].contains(frame.opcode) else { throw malformed("opcode \(frame.opcode)") }
    if frame.opcode >= 8 {
      guard frame.fin, length <= 125 else { throw malformed("control frame fragmented or over 125 bytes") }
    }
    frame.payload = try await raw.receive(count: Int(clamping: length), within: limit)
    return frame
  }

  /// Reads one message, joining its fragments; answers pings on the way. A close frame is an error.
  public func receiveMessage(within limit: Duration? = nil) async throws -> Message {
    var first: WebSocketFrame?
    var payload: [UInt8] = []
    func wrong(_ what: String, _ frame: WebSocketFrame) -> ClientError {
      ClientError(awaiting: "a message", .unexpected(what), received: payload + frame.payload)
    }
    while true {
      let frame = try await receiveFrame(within: limit)
      switch frame.opcode {
      case WebSocketFrame.Opcode.ping: try await answer(ping: frame)
      case WebSocketFrame.Opcode.pong: continue
      case WebSocketFrame.Opcode.close: throw wrong("a close frame came: \(CloseReason(frame.payload))", frame)
      default:
        guard (first == nil) == (frame.opcode != WebSocketFrame.Opcode.continuation) else {
          throw wrong("opcode \(frame.opcode) cannot come here", frame)
        }
        first = first ?? frame
        payload += frame.payload
        guard frame.fin else { continue }
        if first?.opcode == WebSocketFrame.Opcode.binary { return .binary(payload) }
        guard let text = String(validating: payload, as: UTF8.self) else { throw wrong("text is not UTF-8", frame) }
        return .text(text)
      }
    }
  }

  /// Reads one message that must be text.
  public func receiveText(within limit: Duration? = nil) async throws -> String {
    switch try await receiveMessage(within: limit) {
    case .text(let text): return text
    case .binary(let bytes):
      throw ClientError(awaiting: "a text message", .unexpected("it is binary"), received: bytes)
    }
  }

  func answer(ping: WebSocketFrame) async throws {
    try await send(frame: .init(WebSocketFrame.Opcode.pong, ping.payload))
  }

  /// Answers a close frame with the same code, unless this side was the first to close.
  func answerClose(_ reason: CloseReason) async throws {
    if !sentClose { try await close(reason.code) }
  }
}
