// WebSocket: after a handshake in HTTP both sides speak whenever they like (RFC 6455).

import Comet

enum WebSocketTalk {
  static let technique = Technique(
    slug: "ws", title: "WebSocket",
    summary: "One connection for messages in both directions, at any time.",
    endpoints: ["WebSocket /ws"], handler: "WebSocketTalk.swift",
    mountAlone: { routes, _ in routes.webSocket("/*", talk) },
    mount: { routes, _ in routes.webSocket("/ws", talk) })

  /// Frames, masks, pings and the closing handshake are the server's work. What is left is the conversation: "The
  /// data received is", in the words of the article.
  private static let talk: WebSocketHandler = { socket in
    for try await text in socket.texts {
      try await socket.send("接受到的数据为" + text)
    }
  }
}
