extension RawClient {
  /// Sends a request and returns at once: for answers that are held or streamed.
  ///
  /// `Host` and, with a body, `Content-Length` are added unless they are given. The other fields are sent as they are,
  /// right or wrong.
  public func sendRequest(
    _ method: String, _ target: String, fields: KeyValuePairs<String, String> = [:], body: [UInt8]? = nil
  ) async throws {
    let names = Set(fields.map { $0.key.lowercased() })
    var head = "\(method) \(target) HTTP/1.1\r\n"
    if !names.contains("host") { head += "Host: localhost:\(port)\r\n" }
    for (name, value) in fields { head += "\(name): \(value)\r\n" }
    if let body, names.isDisjoint(with: ["content-length", "transfer-encoding"]) {
      head += "Content-Length: \(body.count)\r\n"
    }
    try await send(Array(head.utf8) + [0x0D, 0x0A] + (body ?? []))
  }

  /// Sends a request on this connection and reads its whole response.
  public func request(
    _ method: String, _ target: String, fields: KeyValuePairs<String, String> = [:], body: [UInt8]? = nil,
    within limit: Duration? = nil
  ) async throws -> RawResponse {
    try await sendRequest(method, target, fields: fields, body: body)
    return try await response(toHEAD: method == "HEAD", within: limit)
  }
}

extension RawResponse {
  /// Gets a path on a connection of its own, which is closed afterwards.
  ///
  /// ```swift
  /// let response = try await RawResponse.get("/time", port: port, fields: ["Origin": "http://localhost:1"])
  /// ```
  public static func get(
    _ path: String, port: Int, fields: KeyValuePairs<String, String> = [:], within limit: Duration? = nil
  ) async throws -> RawResponse {
    try await request("GET", path, port: port, fields: fields, within: limit)
  }

  /// Sends a request on a connection of its own, which is closed afterwards.
  public static func request(
    _ method: String, _ target: String, port: Int, fields: KeyValuePairs<String, String> = [:], body: String? = nil,
    within limit: Duration? = nil
  ) async throws -> RawResponse {
    let client = try await RawClient(port: port)
    let bytes = body.map { Array($0.utf8) }
    let response = try await client.request(method, target, fields: fields, body: bytes, within: limit)
    await client.close()
    return response
  }
}
