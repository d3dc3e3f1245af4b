/// A host and an optional port, as in the Host field: `localhost:8088` (RFC 9110 §7.2, RFC 3986 §3.2).
public struct Authority: Hashable, Sendable {
  /// In lower case; an IPv6 address keeps its brackets.
  public let host: String
  /// Absent when the field has none, or nothing after its colon.
  public let port: Int?

  /// Reads `host[:port]`; nil when that is not its form, also when the host is empty.
  public init?(_ text: String) {
    self.init(Array(text.utf8)[...])
  }

  init?(_ bytes: ArraySlice<UInt8>) {
    let hostEnd: Int
    if bytes.first == UInt8(ascii: "[") {
      // An IP literal (RFC 3986 §3.2.2).
      guard let bracket = bytes.firstIndex(of: UInt8(ascii: "]")),
        Self.isIPv6(bytes[bytes.startIndex..<bracket].dropFirst())
      else { return nil }
      hostEnd = bracket + 1
    } else {
      hostEnd = bytes.firstIndex(of: .colon) ?? bytes.endIndex
      let name = bytes[bytes.startIndex..<hostEnd]
      guard !name.isEmpty, name.allSatisfy(\.isHostName) else { return nil }
    }
    let written = String(decoding: bytes[bytes.startIndex..<hostEnd], as: UTF8.self)
    host = bytes.contains(where: \.isUppercase) ? written.lowercased() : written
    let rest = bytes[hostEnd...]
    if rest.isEmpty || rest.elementsEqual(CollectionOfOne(.colon)) {
      port = nil
    } else {
      guard rest.first == .colon, let number = rest.dropFirst().decimalValue, number <= 65_535 else { return nil }
      port = number
    }
  }

  /// Eight groups of hexadecimal digits with colons between them; `::`, once, stands for groups of zeros, and an IPv4
  /// address for the last two groups.
  private static func isIPv6(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    var groups = 0
    var hasGap = false
    if rest.starts(with: "::".utf8) {
      hasGap = true
      rest = rest.dropFirst(2)
    }
    while !rest.isEmpty {
      let group = rest.prefix { $0 != .colon }
      rest = rest[group.endIndex...]
      if rest.isEmpty, group.contains(UInt8(ascii: ".")) {
        guard isIPv4(group) else { return false }
        groups += 2
      } else {
        guard (1...4).contains(group.count), group.allSatisfy({ $0.hexValue != nil }) else { return false }
        groups += 1
      }
      guard rest.popFirst() != nil else { break }
      if rest.first == .colon {
        guard !hasGap else { return false }
        hasGap = true
        rest = rest.dropFirst()
      } else if rest.isEmpty {
        return false
      }
    }
    return hasGap ? groups < 8 : groups == 8
  }

  private static func isIPv4(_ text: ArraySlice<UInt8>) -> Bool {
    let numbers = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return numbers.count == 4
      && numbers.allSatisfy { digits in
        // Without leading zeros, which some readers take for octal numbers.
        digits.count == 1 || digits.first != UInt8(ascii: "0") ? digits.decimalValue.map { $0 < 256 } == true : false
      }
  }
}
