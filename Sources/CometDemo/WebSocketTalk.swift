// WebSocket: after a handshake in HTTP both sides speak whenever they like (RFC 6455).

import Comet

enum WebSocketTalk {
  static let technique = Technique(
    slug: "ws", title: "WebSocket",
    summary: "One connection for messages in both directions, at any time.",
    endpoints: ["WebSocket /ws"], handler: "WebSocketTalk.swift",
    mountAlone: { routes, _ in routes.webSocket("/*", message: answer) },
    mount: { routes, _ in routes.webSocket("/ws", message: answer) })

  /// Frames, masks, pings and the closing handshake are the server's work. What is left is the conversation: "The
  /// data received is", in the words of the article.
  @LoopActor
  private static func answer(_ socket: WebSocketChannel, _ message: WebSocket.Message) {
    if case .text(let text) = message { socket.send("接受到的数据为" + text) }
  }
}
