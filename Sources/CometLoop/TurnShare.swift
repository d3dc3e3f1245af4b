/// How much one connection may do before others have their turn: a read can hold hundreds of requests or messages.
///
/// ```swift
/// var share = TurnShare()
/// while let message = next() {
///   if share.isUsedUp() { return readLater() }
///   …
/// }
/// ```
@LoopActor
public struct TurnShare {
  /// However cheap they are, so many steps are enough.
  private static let steps = 64
  /// How long all together may be served, since a step may be dear. The clock is asked after every fourth.
  static let time = Duration.milliseconds(2)

  private var taken = 0

  /// The share of one connection in this turn.
  public init() {}

  /// Whether nothing more should be done in this turn; to be asked before each step. The first four are always granted.
  public mutating func isUsedUp() -> Bool {
    defer { taken += 1 }
    if taken == 0 || !taken.isMultiple(of: 4) { return false }
    return taken >= Self.steps || .now - EventLoop.shared.servingSince > Self.time
  }
}
