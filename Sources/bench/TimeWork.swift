/// 64 connections, on each one request after the other: the works `time` and `page`.
struct RequestWork: Work {
  let name: WorkName
  let path: String

  var what: String { "GET \(path), 64 connections" }

  func measure(_ session: Session) throws -> [Figure] {
    let conversation = Requests(request: Request.get(path))
    session.client.conversation = conversation
    try session.client.open(64, first: conversation.request)
    return try conversation.meter.measure(.requests, session)
  }

  private final class Requests: Conversation {
    let request: [UInt8]
    let meter = Meter()
    private var readers = [ResponseReader](repeating: ResponseReader(), count: 64)
    private var starts = [Nanoseconds](repeating: Clock.now(), count: 64)

    init(request: [UInt8]) { self.request = request }

    func received(_ bytes: UnsafeRawBufferPointer, on link: Link) throws {
      var bytes = bytes
      while let part = try readers[link.index].next(&bytes) {
        switch part {
        case .head(200), .body: break
        case .head(let status): throw Failure("a request was answered by \(status)")
        case .end:
          let now = Clock.now()
          meter.done(since: starts[link.index], at: now)
          starts[link.index] = now
          try link.send(request)
        }
      }
    }
  }
}
