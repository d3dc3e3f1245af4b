/// Requests as bytes, made once and sent often.
enum Request {
  private static let host = "Host: localhost\r\n"

  static func get(_ path: String, _ fields: String...) -> [UInt8] {
    Array("GET \(path) HTTP/1.1\r\n\(host)\(fields.map { $0 + "\r\n" }.joined())\r\n".utf8)
  }

  static func post(_ path: String, json: String) -> [UInt8] {
    let fields = "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n"
    return Array("POST \(path) HTTP/1.1\r\n\(host)\(fields)\r\n\(json)".utf8)
  }

  /// The key is the one of RFC 6455 §1.3: nobody has to be convinced that the answer is new.
  static func webSocket(_ path: String) -> [UInt8] {
    get(
      path, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
  }
}
