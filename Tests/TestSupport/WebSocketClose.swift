/// What a close frame says, and how the connection ended after it.
public struct CloseReason: Sendable, CustomStringConvertible {
  /// The code; `nil` when the frame was empty.
  public let code: UInt16?
  /// The words after the code.
  public let reason: String
  /// How the server ended the TCP connection. RST is usual when it did not read all that was sent to it.
  public internal(set) var end: End?

  init(_ payload: [UInt8]) {
    code = payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
    reason = Array(payload.dropFirst(2)).text
  }

  /// Code and words.
  public var description: String { "\(code.map(String.init) ?? "no code") \(reason.debugDescription)" }
}

extension WebSocketClient {
  /// Reads the server's close frame with this code, answers it unless this side closed first, and reads on to the end
  /// of the connection, where nothing may follow.
  ///
  /// - Parameters:
  ///   - code: The code that must come; `nil` means an empty frame.
  ///   - skippingMessages: Whether messages may still come before. Pings and pongs always may.
  @discardableResult
  public func expectClose(
    code: UInt16?, skippingMessages: Bool = false, within limit: Duration? = nil
  ) async throws -> CloseReason {
    let awaited = "a close frame with \(code.map(String.init) ?? "no code")"
    var frame = try await receiveFrame(within: limit)
    while frame.opcode != WebSocketFrame.Opcode.close {
      guard skippingMessages || frame.opcode > WebSocketFrame.Opcode.close else {
        throw ClientError(awaiting: awaited, .unexpected("a message came"), received: frame.payload)
      }
      if frame.opcode == WebSocketFrame.Opcode.ping { try await answer(ping: frame) }
      frame = try await receiveFrame(within: limit)
    }
    var reason = CloseReason(frame.payload)
    guard reason.code == code, frame.payload.count != 1 else {
      throw ClientError(awaiting: awaited, .unexpected("it says \(reason)"), received: frame.payload)
    }
    // The server may have gone already, as it may after an error of the protocol; its answer is read all the same.
    try? await answerClose(reason)
    let (rest, end) = try await raw.receiveToEnd(within: limit)
    guard rest.isEmpty else {
      throw ClientError(awaiting: "the end after the close frame", .unexpected("bytes came"), received: rest)
    }
    reason.end = end
    return reason
  }
}
