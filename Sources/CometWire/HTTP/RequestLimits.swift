/// The sizes that a request must keep to.
public struct RequestLimits: Sendable {
  /// The longest request target; beyond it 414.
  public var targetBytes = 8 * 1024
  /// The longest head, with its request line; beyond it 431.
  public var headBytes = 16 * 1024
  /// The most field lines; beyond it 431.
  public var fieldCount = 100
  /// The longest body; beyond it 413.
  public var bodyBytes = 1024 * 1024

  /// The defaults.
  public init() {}
}
