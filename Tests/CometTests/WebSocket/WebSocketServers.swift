import Comet
import TestSupport

/// Lends the port of a server with one WebSocket, at `/ws`.
func withWebSocket(
  limits: Limits? = nil, protocols: [String] = [], _ handler: @escaping WebSocketHandler = echo,
  _ body: (Int) async throws -> Void
) async throws {
  let server = Server(limits: limits ?? Limits()) { $0.webSocket("/ws", protocols: protocols, handler) }
  try await withServer(server, sweepsByItself: limits != nil) { _ in try await body(server.port) }
}

/// Sends every message back.
let echo: WebSocketHandler = { socket in
  for try await message in socket.messages { try await socket.send(message) }
}

/// What handlers did, for a test to look at.
@LoopActor final class Tally {
  var started = 0
  var count = 0
  var ended = 0

  nonisolated init() {}

  /// Counts a handler while it runs, however it ends.
  func around(_ body: () async throws -> Void) async rethrows {
    started += 1
    defer { ended += 1 }
    try await body()
  }
}

typealias Opcode = WebSocketFrame.Opcode

extension WebSocketFrame {
  /// A text frame that is not the last one of its message.
  static func unfinished(_ opcode: UInt8, _ payload: [UInt8]) -> Self { Self(opcode, payload).with { $0.fin = false } }

  /// The frame as a server sends it.
  var fromServer: [UInt8] { with { $0.mask = nil }.bytes }
}

extension [WebSocketFrame] {
  var bytes: [UInt8] { flatMap(\.bytes) }
}

extension WebSocketClient {
  /// Sends all frames in one write.
  func send(_ frames: [WebSocketFrame]) async throws { try await raw.send(frames.bytes) }
}
