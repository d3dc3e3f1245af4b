/// One field of a head, as it was received.
public struct RawField: Sendable, Equatable {
  /// The name, in the case that the server chose.
  public let name: String
  /// The value without the white space around it.
  public let value: String
}

/// The head of a response: status line and fields, read strictly by RFC 9112.
public struct RawHead: Sendable {
  /// `HTTP/1.1` or `HTTP/1.0`.
  public let version: String
  /// The three digits of the status.
  public let status: Int
  /// The words after the status; may be empty.
  public let reason: String
  /// The fields in their order.
  public let fields: [RawField]
  /// All of the head with the empty line, byte for byte.
  public let text: String

  /// The value of the only field with this name in any case; `nil` when it is absent or there are several.
  public subscript(name: String) -> String? {
    let values = all(name)
    return values.count == 1 ? values[0] : nil
  }

  /// The values of all fields with this name in any case, in their order.
  public func all(_ name: String) -> [String] {
    fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }

  /// Reads a head that ends in an empty line.
  init(_ bytes: [UInt8]) throws {
    func malformed(_ rule: String) -> ClientError {
      ClientError(awaiting: "the head of a response", .malformed(rule), received: bytes)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw malformed("not UTF-8") }
    guard text.hasSuffix("\r\n\r\n") else { throw malformed("no empty line at the end") }
    // In Swift, CR LF is one Character, so that splitting at it leaves every bare CR and LF in its line.
    var lines = text.split(separator: "\r\n" as Character, omittingEmptySubsequences: false).dropLast(2)
    guard !lines.contains(where: { $0.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F } }) else {
      throw malformed("a control byte, or a line that does not end in CR LF")
    }
    let statusLine = lines.removeFirst()
    // Not by a regular expression: heads are read by the thousand, and it would be compiled for each.
    let words = statusLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count == 3, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0", words[1].utf8.count == 3,
      let status = Int(words[1]), (100...599).contains(status)
    else { throw malformed("status line \(statusLine.debugDescription)") }

    self.text = text
    self.status = status
    version = String(words[0])
    reason = String(words[2])
    fields = try lines.map { line in
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, parts[0].allSatisfy(Self.tokenCharacters.contains) else {
        throw malformed("field line \(line.debugDescription)")
      }
      let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
      let value = parts[1].drop(while: isBlank)
      let end = value.lastIndex { !isBlank($0) }.map(value.index(after:)) ?? value.startIndex
      return RawField(name: String(parts[0]), value: String(value[..<end]))
    }
  }

  /// RFC 9110 §5.6.2.
  private static let tokenCharacters = Set(
    "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
}

extension RawHead {
  /// How the body of a response ends (RFC 9112, section 6.3).
  enum BodyLength: Equatable {
    case none
    case bytes(Int)
    case chunked
    case untilEnd
  }

  /// The length of the body, when the request was not `HEAD`.
  func bodyLength() throws -> BodyLength {
    let codings = all("Transfer-Encoding")
    let lengths = all("Content-Length")
    if status < 200 || status == 204 {
      guard codings.isEmpty, lengths.isEmpty else { throw malformed("\(status) with a field that announces a body") }
      return .none
    }
    if status == 304 { return .none }
    guard codings.isEmpty else {
      guard lengths.isEmpty else { throw malformed("both Transfer-Encoding and Content-Length") }
      guard codings.map({ $0.lowercased() }) == ["chunked"] else { throw malformed("Transfer-Encoding \(codings)") }
      guard version == "HTTP/1.1" else { throw malformed("Transfer-Encoding in \(version)") }
      return .chunked
    }
    guard let length = lengths.first else { return .untilEnd }
    guard lengths.count == 1, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(length) else {
      throw malformed("Content-Length \(lengths)")
    }
    return .bytes(count)
  }

  private func malformed(_ rule: String) -> ClientError {
    ClientError(awaiting: "the length of a body", .malformed(rule), received: Array(text.utf8))
  }
}
