import Glibc

/// A system call that failed, with what the system says about it.
public struct SystemError: Error, Equatable, CustomStringConvertible {
  /// The call, for the reader of a log: `bind`.
  public let call: String
  /// The value of `errno`.
  public let code: Int32

  /// Takes the code from `errno`, so it must be made before anything else can change that.
  init(_ call: String, code: Int32 = errno) {
    self.call = call
    self.code = code
  }

  /// Whether another socket has the port.
  public var isAddressInUse: Bool { code == EADDRINUSE }

  /// Such as `bind: Address already in use`.
  public var description: String { "\(call): \(String(cString: strerror(code)))" }
}
