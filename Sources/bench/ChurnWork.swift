/// Connect, one request, close; 64 clients at a time.
struct ChurnWork: Work {
  let name = WorkName.churn
  let what = "connect, GET /time, close, 64 at a time"

  func measure(_ session: Session) throws -> [Figure] {
    let conversation = Visits(client: session.client)
    session.client.conversation = conversation
    try session.client.open(64, first: conversation.request)
    return try conversation.meter.measure(.connections, session)
  }

  private final class Visits: Conversation {
    let request = Request.get("/time", "Connection: close")
    let meter = Meter()
    private let client: Client
    private var readers = [ResponseReader](repeating: ResponseReader(), count: 64)
    private var starts = [Nanoseconds](repeating: Clock.now(), count: 64)
    private var isAnswered = [Bool](repeating: false, count: 64)

    init(client: Client) { self.client = client }

    func received(_ bytes: UnsafeRawBufferPointer, on link: Link) throws {
      var bytes = bytes
      while let part = try readers[link.index].next(&bytes) {
        switch part {
        case .head(200), .body: break
        case .head(let status): throw Failure("a request was answered by \(status)")
        case .end: isAnswered[link.index] = true
        }
      }
    }

    /// The server closes, as it was asked to.
    func ended(_ link: Link) throws {
      guard isAnswered[link.index] else { throw Failure("the server closed a connection") }
      isAnswered[link.index] = false
      readers[link.index] = ResponseReader()
      let now = Clock.now()
      meter.done(since: starts[link.index], at: now)
      starts[link.index] = now
      try client.replace(link, first: request)
    }
  }
}
