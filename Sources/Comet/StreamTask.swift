import CometLoop
import CometWire

/// Has the body of a streamed answer written by its closure, in a task of its own: what the handler needed before, such
/// as the request, is let go of while the stream lasts.
@LoopActor
final class StreamTask: Occupation {
  private let body: BodyStream
  private var task: Task<Void, Never>?

  init(
    _ connection: Connection, _ exchange: Exchange, isLast: Bool,
    _ write: @escaping @LoopActor @Sendable (BodyStream) async throws -> Void
  ) {
    let body = BodyStream(connection.stream, isChunked: exchange.knowsChunks)
    self.body = body
    task = spawn {
      do {
        try await write(body)
        body.end()
        connection.finish(isLast: isLast)
      } catch {
        connection.streamHasFailed(error, body, exchange, isLast: isLast)
      }
    }
  }

  func clientLeft() { task?.cancel() }
  func serverStops() { task?.cancel() }

  func sweep(_ now: Moment, _ limits: Limits) {
    body.sweep(now, limits)
  }
}

extension Connection {
  fileprivate func streamHasFailed(_ error: any Error, _ body: BodyStream, _ exchange: Exchange, isLast: Bool) {
    if error is CancellationError, server.isStopping {
      body.end()
      return finish(isLast: true)
    }
    // Cut without its end, so that the client does not take a part for the whole.
    body.cut()
    if stream.peerHasLeft || stream.isClosed { return close() }
    log(.ok, exchange, "the stream was cut: \(error)")
    finish(isLast: true)
  }
}
