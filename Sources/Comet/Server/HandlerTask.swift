import CometLoop
import CometWire

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
