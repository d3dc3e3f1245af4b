import CometLoop
import CometWire

/// What a connection is occupied with from the moment that a handler has taken over a request until its answer is
/// complete. Only what suspends has a task; what waits for a broadcaster, or for the next frame, is an object.
@LoopActor
protocol Occupation: AnyObject {
  /// Bytes have arrived.
  func readable()
  /// Everything that was sent has been taken.
  func drained()
  /// The client has left, or the connection was closed: nobody is there to be answered.
  func clientLeft()
  /// The server stops: come to an end soon.
  func serverStops()
  /// Called now and then, to give a sign of life where one is due.
  func sweep(_ now: Moment, _ limits: Limits)
}

extension Occupation {
  // Back-pressure: what a client sends before its answer is complete waits in the kernel.
  func readable() {}
  func drained() {}
  func sweep(_ now: Moment, _ limits: Limits) {}
}

/// A handler that suspends, in a task of its own.
@LoopActor
final class HandlerTask: Occupation {
  private let connection: Connection
  private let exchange: Exchange
  private var task: Task<Void, Never>?

  init(_ connection: Connection, _ exchange: Exchange, _ request: Request, _ handler: @escaping Handler) {
    self.connection = connection
    self.exchange = exchange
    task = spawn { [self] in
      do { end(.success(try await handler(request))) } catch { end(.failure(error)) }
    }
  }

  func clientLeft() { task?.cancel() }
  func serverStops() { task?.cancel() }

  // Inlined, it would enlarge what a held request keeps while it waits.
  @inline(never)
  private func end(_ result: Result<Response, any Error>) {
    task = nil
    connection.respondLate(result, exchange)
  }
}
