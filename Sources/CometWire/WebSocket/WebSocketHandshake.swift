/// The opening handshake, seen from the server (RFC 6455 §4.2).
public struct WebSocketHandshake: Sendable {
  /// The chosen subprotocol, one that the client has offered.
  public let subprotocol: String?
  /// What the answer says besides its status.
  public let fields: Fields

  /// Whether a request asks for a WebSocket at all: `Upgrade: websocket`, and `upgrade` among the connection's
  /// options (§4.2.1, points 3 and 4).
  public static func isAsked(by head: RequestHead) -> Bool {
    guard head.method == .get, head.fields.contains("upgrade") else { return false }
    return head.version == .http11 && head.fields.list("upgrade").contains { $0.isExactly("websocket") }
      && head.fields.list("connection").contains { $0.isExactly("upgrade") }
  }

  /// Checks a request that asks for a WebSocket. Extensions are declined by leaving them out of the answer (§9.1).
  ///
  /// - Throws: 400 for a key that is not 16 bytes in base64.
  public init(_ head: RequestHead, protocols: [String]) throws(RequestError) {
    guard head.fields.all("sec-websocket-key").count == 1, let field = head.fields["sec-websocket-key"],
      let key = WebSocketKey(field)
    else {
      throw RequestError(.badRequest, "Sec-WebSocket-Key must be 16 bytes in base64 (RFC 6455 section 4.2.1).")
    }
    // Compared with its case: a subprotocol is a token like any other (§4.1, point 10).
    let offered = head.fields.all("sec-websocket-protocol")
      .flatMap { $0.utf8.split { $0 == UInt8(ascii: ",") || $0 == .space || $0 == .tab } }
    subprotocol = protocols.first { name in offered.contains { $0.elementsEqual(name.utf8) } }
    var fields: Fields = [
      "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": key.accept,
    ]
    if let subprotocol { fields.append("Sec-WebSocket-Protocol", subprotocol) }
    self.fields = fields
  }

  /// Whether the request asks for version 13, and for no other (§4.4).
  public static func speaksOurVersion(_ head: RequestHead) -> Bool {
    let versions = head.fields.all("sec-websocket-version")
    return versions.count == 1 && versions[0].isExactly("13")
  }
}
