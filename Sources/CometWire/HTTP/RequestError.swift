/// A request that cannot be answered as it stands: the status to answer with, and a sentence for the person
/// who reads the answer.
public struct RequestError: Error, Equatable, Sendable {
  /// 4xx or 5xx.
  public let status: Status
  /// What is wrong, and the clause that says so where there is one.
  public let reason: String

  /// An answer to be thrown.
  public init(_ status: Status, _ reason: String) {
    self.status = status
    self.reason = reason
  }
}
