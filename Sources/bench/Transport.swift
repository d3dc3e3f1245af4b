/// The ways in which a subscriber can follow the messages of `/api/messages`.
enum Transport: String, CaseIterable {
  case eventStream = "event stream"
  case longPoll = "long poll"
  case webSocket = "WebSocket"

  static let path = "/api/messages"

  /// The request that subscribes, or polls, for what comes after this message.
  func request(after id: Int) -> [UInt8] {
    switch self {
    case .eventStream: Request.get("\(Self.path)?after=\(id)", "Accept: text/event-stream")
    case .longPoll: Request.get("\(Self.path)?after=\(id)&wait=25")
    case .webSocket: Request.webSocket(Self.path)
    }
  }
}
