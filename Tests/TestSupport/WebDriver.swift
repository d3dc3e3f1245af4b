/// One session of the WebDriver protocol (W3C WebDriver): each command is one HTTP request with JSON in both
/// directions.
struct WebDriver: Sendable {
  /// A command that the driver refused, in the driver's words.
  struct Failure: Error, CustomStringConvertible {
    /// The kind, such as `no such element`.
    let error: String
    let message: String

    var description: String { "WebDriver: \(error): \(message.prefix { $0 != "\n" })" }
  }

  private let port: Int
  private let session: String

  /// Asks the driver on this port for a session.
  init(port: Int, capabilities: JSON) async throws {
    self.port = port
    let body: JSON = ["capabilities": ["alwaysMatch": capabilities]]
    let answer = try await Self.send("POST", "/session", body, port: port)
    guard let id = answer["sessionId"]?.string else {
      throw ClientError(awaiting: "a session of the browser", .unexpected("the answer is \(answer)"))
    }
    session = id
  }

  /// Gets a property of the session.
  func get(_ path: String) async throws -> JSON {
    try await Self.send("GET", "/session/\(session)/\(path)", nil, port: port)
  }

  /// Gives the session a command.
  @discardableResult
  func post(_ path: String, _ body: JSON = [:]) async throws -> JSON {
    try await Self.send("POST", "/session/\(session)/\(path)", body, port: port)
  }

  /// Ends a part of the session, or with an empty path all of it.
  func delete(_ path: String = "") async throws {
    let suffix = path.isEmpty ? "" : "/" + path
    _ = try await Self.send("DELETE", "/session/\(session)\(suffix)", nil, port: port)
  }

  private static func send(_ method: String, _ path: String, _ body: JSON?, port: Int) async throws -> JSON {
    let text = try body?.text()
    let fields: KeyValuePairs = ["Content-Type": "application/json; charset=utf-8"]
    let response = try await RawResponse.request(
      method, path, port: port, fields: fields, body: text, within: .patience * 2)
    let value = try JSON(text: response.text)["value"] ?? .null
    guard response.status == 200 else {
      throw Failure(error: value["error"]?.string ?? response.reason, message: value["message"]?.string ?? "")
    }
    return value
  }
}
