import CometLoop
import CometWire

/// Runs the closure that writes a streamed body, in a task of its own: what the handler needed before, such
/// as the request, is let go of while the stream lasts.
@LoopActor
final class StreamTask: Occupation {
  private let connection: Connection
  private let exchange: Exchange
  private let isLast: Bool
  private let body: BodyStream
  private var task: Task<Void, Never>?

  private init(_ connection: Connection, _ exchange: Exchange, isLast: Bool) {
    self.connection = connection
    self.exchange = exchange
    self.isLast = isLast
    body = BodyStream(connection, isChunked: exchange.knowsChunks)
  }

  convenience init(
    _ connection: Connection, _ exchange: Exchange, isLast: Bool,
    _ write: @escaping @LoopActor @Sendable (BodyStream) async throws -> Void
  ) {
    self.init(connection, exchange, isLast: isLast)
    task = spawn { [self] in
      do {
        try await write(body)
        end(nil)
      } catch {
        end(error)
      }
    }
  }

  // Not by way of the one above: a closure around `send` would be one more frame to keep in every open stream.
  convenience init(
    _ connection: Connection, _ exchange: Exchange, isLast: Bool,
    _ send: @escaping @LoopActor @Sendable (EventStream) async throws -> Void
  ) {
    self.init(connection, exchange, isLast: isLast)
    let events = EventStream(body)
    task = spawn { [self] in
      do {
        try await send(events)
        end(nil)
      } catch {
        end(error)
      }
    }
  }

  func clientLeft() { task?.cancel() }

  func serverStops() {
    body.isStopping = true
    task?.cancel()
  }

  func sweep(_ now: Moment, _ limits: Limits) {
    body.sweep(now, limits)
  }

  private func end(_ error: (any Error)?) {
    task = nil
    let isStopping = connection.server.isStopping
    guard let error, !(isStopping && error is CancellationError) else {
      body.end()
      return connection.finish(isLast: isLast || isStopping)
    }
    // Cut without its end, so that the client does not take a part for the whole.
    body.cut()
    if connection.peerHasLeft || connection.isClosed { return connection.beginClosing() }
    connection.log(exchange.logged?.status ?? .ok, exchange, "the stream was cut: \(error)")
    connection.finish(isLast: true)
  }
}
