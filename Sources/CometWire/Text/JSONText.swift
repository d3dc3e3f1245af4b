// JSON that came from outside and is passed on to others (RFC 8259): checked byte by byte, and left as it is but for
// its white space. To decode it and encode it again would change numbers, and could make two names one.
//
// Its reader may have a stricter parser than its writer, so two things are refused that the grammar allows and
// I-JSON does not (RFC 7493 §2): half a surrogate pair, and a number that no double can hold.

/// A checked JSON text without insignificant white space.
public struct JSONText: Sendable {
  /// Why bytes are not such a text.
  public struct Invalid: Error, Equatable {
    /// A sentence for whoever has sent them.
    public let reason: String
  }

  /// How deep arrays and objects may be nested: a reader that recurses has a stack to lose.
  public static let depthLimit = 100

  /// How many members the text may have when it is an object: each of them is kept, and looked at for its name.
  public static let memberLimit = 1000

  /// How many values the text may have at any depth: each costs more than its bytes to read.
  public static let valueLimit = 10_000

  /// How long a name may be, with its quotes, in an object at any depth; a quarter of that when it is not all ASCII.
  /// Readers keep names in tables, and to compare long sequences of combining marks there takes long.
  public static let nameLimit = 256

  /// The text.
  public let bytes: [UInt8]
  /// The members of the text when it is an object, in order; nil when it is none.
  private let members: [JSONScanner.Member]?

  /// Checks a text in UTF-8 (RFC 8259 §8.1).
  ///
  /// - Throws: what is wrong, and the clause that says so. An object that has a name twice is refused, the objects
  ///   inside of it are not looked at for that.
  public init(_ bytes: [UInt8]) throws(Invalid) {
    var utf8 = UTF8Validator()
    guard utf8.consume(bytes), utf8.isComplete else { throw Invalid(reason: "JSON is UTF-8 (RFC 8259 section 8.1).") }
    var scanner = JSONScanner(bytes)
    members = try scanner.text()
    self.bytes = scanner.compact
    var names: Set<[UInt8]> = []
    for member in members ?? [] where !names.insert(Array(member.name.utf8)).inserted {
      throw Invalid(reason: "The name \(member.name) occurs twice (RFC 7493 section 2.3).")
    }
  }

  /// The value of a member as JSON; nil when there is none, or the text is no object.
  public subscript(name: String) -> ArraySlice<UInt8>? {
    members?.first { $0.isNamed(name) }.map { bytes[$0.value] }
  }

  /// The value of a member that is a string; nil when it is something else, or not there.
  public func string(_ name: String) -> String? {
    self[name].flatMap { JSONString.decode($0) }
  }

  /// The same, where it has no more bytes than this: a longer one is not even decoded, in which a byte can take six.
  public func string(_ name: String, atMost limit: Int) -> String? {
    self[name].flatMap { ($0.count - 2) / 6 <= limit ? JSONString.decode($0) : nil }
      .flatMap { $0.utf8.count <= limit ? $0 : nil }
  }
}
