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
