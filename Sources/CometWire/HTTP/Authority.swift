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
      // An IP literal: hexadecimal digits, colons and dots between brackets (RFC 3986 §3.2.2).
      guard let bracket = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      let inside = bytes[bytes.startIndex..<bracket].dropFirst()
      let isAddress = inside.allSatisfy { $0.hexValue != nil || $0 == .colon || $0 == UInt8(ascii: ".") }
      guard isAddress, inside.contains(.colon) else { return nil }
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
}
