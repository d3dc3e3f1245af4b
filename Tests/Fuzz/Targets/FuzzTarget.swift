// One list of what must hold for any bytes, used by two: libFuzzer, which looks for new ways through the code
// (`Tests/Fuzz/run`), and `swift test`, which mutates the corpus a million times.
//
// The parsers are compiled into this module, through the links beside this file: optimised, since a debug build would
// need minutes for a million inputs, and with their internal parts within reach.

/// A parser, and what must hold whatever its input is.
public struct FuzzTarget: Sendable {
  /// Also the name of its folder in `Tests/Corpus`.
  public let name: String
  /// Reads the input, says whether it was one that the parser takes, and throws what does not hold.
  public let check: @Sendable (_ input: [UInt8]) throws(BrokenProperty) -> Bool

  init(_ name: String, _ check: @escaping @Sendable ([UInt8]) throws(BrokenProperty) -> Bool) {
    self.name = name
    self.check = check
  }

  /// All targets.
  public static let all = [
    http, chunked, handshake, answers, authorities, percent, ranges, dates, tags,
    frames, utf8, base64,
    events, forms, callbacks, scripts, json,
  ]
}

/// Something that must hold for every input and did not.
public struct BrokenProperty: Error, CustomStringConvertible {
  /// What should have held.
  public let description: String
}

/// Throws unless the condition holds. `property` says what should be.
func require(_ condition: Bool, _ property: @autoclosure () -> String) throws(BrokenProperty) {
  if !condition { throw BrokenProperty(description: property()) }
}
