/// A `Sec-WebSocket-Key` with the accept value that belongs to it (RFC 6455, section 4.2.2).
///
/// Known pairs, so that the tests need no SHA-1 of their own; three of them, so that no server can know only one.
public struct WebSocketKey: Sendable {
  /// The value of `Sec-WebSocket-Key`: 16 bytes in base64.
  public let key: String
  /// The value that `Sec-WebSocket-Accept` must have.
  public let accept: String

  /// The example of the RFC: "the sample nonce".
  public static let sample = Self(key: "dGhlIHNhbXBsZSBub25jZQ==", accept: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
  /// The bytes from 1 to 16.
  public static let counting = Self(key: "AQIDBAUGBwgJCgsMDQ4PEA==", accept: "C/0nmHhBztSRGR1CwL6Tf4ZjwpY=")
  /// 16 bytes of zero.
  public static let zero = Self(key: "AAAAAAAAAAAAAAAAAAAAAA==", accept: "ICX+Yqv66kxgM0FcWaLWlFLwTAI=")
}

extension RawClient {
  /// Asks for a WebSocket and returns the answer, whatever it is.
  ///
  /// - Parameter fields: Fields to add; one with the name of a usual field replaces it, and `nil` leaves it out:
  ///   `["Sec-WebSocket-Version": "12", "Upgrade": nil]`.
  public func webSocketHandshake(
    path: String, fields: KeyValuePairs<String, String?> = [:], subprotocols: [String] = [],
    key: WebSocketKey = .sample
  ) async throws -> RawResponse {
    var usual: [(String, String?)] = [
      ("Host", "localhost:\(port)"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
      ("Sec-WebSocket-Key", key.key), ("Sec-WebSocket-Version", "13"),
    ]
    if !subprotocols.isEmpty { usual.append(("Sec-WebSocket-Protocol", subprotocols.joined(separator: ", "))) }
    let replaced = Set(fields.map { $0.key.lowercased() })
    let all = usual.filter { !replaced.contains($0.0.lowercased()) } + fields.map { ($0.key, $0.value) }

    let lines = all.compactMap { name, value in value.map { "\(name): \($0)\r\n" } }
    try await send("GET \(path) HTTP/1.1\r\n" + lines.joined() + "\r\n")
    return try await response()
  }
}
