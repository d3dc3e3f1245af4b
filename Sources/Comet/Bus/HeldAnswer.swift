import CometLoop
import CometWire

/// An answer that is decided when there is news, or when its time is over, without a task that waits for it.
@LoopActor
final class HeldAnswer: LoopTimer, Occupation, Subscriber {
  /// The answer, or nil while there is nothing to say.
  typealias Answer = @LoopActor @Sendable (_ isOver: Bool) -> Result<Response, any Error>?

  private let connection: Connection
  private let exchange: Exchange
  var place: Int32 = -1
  private let fields: Fields
  private let source: any Source
  private let answer: Answer

  /// - Parameter fields: lines that the answer gets besides its own.
  init(
    _ connection: Connection, _ exchange: Exchange, _ fields: Fields, _ source: any Source, within time: Duration,
    _ answer: @escaping Answer
  ) {
    self.connection = connection
    self.exchange = exchange
    self.fields = fields
    self.source = source
    self.answer = answer
    super.init()
    source.add(self)
    start(after: time)
  }

  func news() {
    if let result = answer(false) { end(result) }
  }

  override func fire() {
    if let result = answer(true) { end(result) }
  }

  func clientLeft() {
    release()
    // In steps: an answer before this one may still be on its way.
    connection.beginClosing()
  }

  func serverStops() {
    end(.success(.stopping))
  }

  private func end(_ result: Result<Response, any Error>) {
    release()
    connection.respondLate(result, exchange, fields)
  }

  private func release() {
    source.remove(self)
    stop()
  }
}
