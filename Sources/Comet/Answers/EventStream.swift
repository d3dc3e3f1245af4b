import CometLoop
import CometWire

/// A stream of server-sent events (WHATWG HTML §9.2).
@LoopActor
public final class EventStream {
  private let body: BodyStream

  init(_ body: BodyStream) {
    self.body = body
    body.filler = ServerSentEvent.comment("")
  }

  /// Sends an event, at once; suspends while the client has too much still to read.
  ///
  /// - Parameters:
  ///   - data: any text; each of its lines becomes a line of data, so it cannot become another field.
  ///   - event: the type for which the page listens; `message` when there is none.
  ///   - id: what the browser sends as `Last-Event-ID` when it comes back.
  ///   - retry: after how many milliseconds it comes back.
  /// - Throws: `ServerSentEvent.Invalid` for a line break in `event` or `id`, a NUL in `id`, or a negative `retry`; what
  ///   ``BodyStream/write(_:)`` throws when the client has gone.
  public func send(_ data: String, event: String? = nil, id: String? = nil, retry: Int? = nil) async throws {
    try body.put(ServerSentEvent(data: data, event: event, id: id, retry: retry).bytes)
    if body.stream.isFull {
      try await body.stream.waitForRoom()
      try Task.checkCancellation()
    }
  }

  /// Sends an event whose id is a number.
  public func send(_ data: String, event: String? = nil, id: Int, retry: Int? = nil) async throws {
    try body.put(ServerSentEvent(data: data, event: event, id: String(id), retry: retry).bytes)
    if body.stream.isFull {
      try await body.stream.waitForRoom()
      try Task.checkCancellation()
    }
  }

  /// Sends a comment, which browsers skip.
  public func comment(_ text: String) async throws {
    try await body.write(ServerSentEvent.comment(text))
  }
}

extension Response {
  /// A stream of events, which lasts as long as the closure; as with ``stream(status:fields:_:)``, that is not called for
  /// HEAD, is cancelled when the client leaves or the server stops, and cuts the stream when it throws.
  ///
  /// An error that is to be seen by the page must be an event of its own: once the stream has begun, its status
  /// is sent. To keep a browser from coming back, answer `noContent` instead.
  public static func events(
    fields: Fields = Fields(), _ body: @escaping @LoopActor @Sendable (EventStream) async throws -> Void
  ) -> Response {
    Response(.ok, eventStreamFields(fields), .events(body))
  }

  static func eventStreamFields(_ fields: Fields) -> Fields {
    var all: Fields = ["Content-Type": "text/event-stream"]
    if !fields.contains("cache-control") { all.append("Cache-Control", "no-cache") }
    // nginx would hold events back to fill a buffer.
    if !fields.contains("x-accel-buffering") { all.append("X-Accel-Buffering", "no") }
    all.merge(fields)
    return all
  }
}
