// What stands in single fields, and the fields of answers.

import Foundation

extension Authority {
  /// As it stands in a field.
  var written: String { host + (port.map { ":\($0)" } ?? "") }
}

extension FuzzTarget {
  /// The server's half of the opening handshake.
  static let handshake = FuzzTarget("handshake") { input throws(BrokenProperty) in
    var parser = HTTPRequestParser()
    parser.append(input)
    guard let head = try? parser.nextHead(), WebSocketHandshake.isAsked(by: head) else { return false }
    guard let handshake = try? WebSocketHandshake(head, protocols: ["chat", "time"]) else { return false }
    if let chosen = handshake.subprotocol {
      try require(["chat", "time"].contains(chosen), "only a protocol of ours is chosen")
      let offers = head.fields.all("sec-websocket-protocol")
      try require(offers.contains { $0.contains(chosen) }, "only an offered protocol is chosen")
    }
    let accept = handshake.fields["sec-websocket-accept"].flatMap { Data(base64Encoded: $0) }
    try require(accept?.count == 20, "the key is answered by a hash of 20 bytes")
    var bytes: [UInt8] = []
    ResponseHead(.switchingProtocols, handshake.fields).serialize(into: &bytes)
    try require(lines(bytes) == (handshake.subprotocol == nil ? 4 : 5), "the answer has its lines and no other")
    return WebSocketHandshake.speaksOurVersion(head)
  }

  /// Text from outside in an answer's head: it stays on its line.
  static let answers = FuzzTarget("answers") { input throws(BrokenProperty) in
    let parts = input.split(separator: .lf, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    let text = String(decoding: input, as: UTF8.self)
    var fields = Fields()
    fields.append("X-Text", text)
    fields.append(text, text)
    for part in parts.prefix(4) { fields.set(part, text) }
    fields.merge([parts[0]: text, "Last": text])
    fields.remove("last")
    var bytes: [UInt8] = []
    ResponseHead(Status(code: input.count, phrase: text), fields).serialize(into: &bytes)
    try require(lines(bytes) == fields.count + 1, "each field has one line")
    for (name, value) in fields {
      try require(name.utf8.allSatisfy(\.isToken), "a name is a token")
      try require(value.utf8.allSatisfy(\.isFieldContent), "a value has no control characters")
    }
    // Whatever is in a head is found there.
    return text.utf8.allSatisfy(\.isFieldContent) && fields["x-text"] == text
  }

  /// The number of lines, if each ends in CR LF and there is no other control character but tab.
  private static func lines(_ bytes: [UInt8]) -> Int? {
    var count = 0
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      if byte == .cr, rest.popFirst() == .lf {
        count += 1
      } else if !byte.isFieldContent {
        return nil
      }
    }
    return bytes.isEmpty || bytes.last == .lf ? count : nil
  }

  /// The Host field.
  static let authorities = FuzzTarget("authorities") { input throws(BrokenProperty) in
    guard let authority = Authority(input[...]) else { return false }
    try require(!authority.host.isEmpty && authority.host == authority.host.lowercased(), "a host is in lower case")
    try require(authority.host.utf8.allSatisfy { !"/@?#% \\".utf8.contains($0) }, "a host is a host")
    try require(authority.port.map { 0...65_535 ~= $0 } ?? true, "a port has 16 bits")
    try require(authority.host.utf8.count <= input.count, "the host is made of the input")
    try require(Authority(authority.written) == authority, "\(authority) is read again as itself")
    return true
  }

  /// The path of a target.
  static let percent = FuzzTarget("percent") { input throws(BrokenProperty) in
    let text = String(decoding: input, as: UTF8.self)
    try require(PercentDecoding.decode(percentEncoded(text)[...]) == text, "what was encoded comes back")
    guard let decoded = PercentDecoding.decode(text[...]) else { return false }
    try require(decoded.utf8.count <= text.utf8.count, "decoding makes nothing longer")
    try require(text.utf8.contains(UInt8(ascii: "%")) || decoded == text, "without % nothing changes")
    return decoded != text
  }

  /// Every byte as an escape.
  static func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      encoded.append(UInt8(ascii: "%"))
      encoded.append(digits[Int(byte >> 4)])
      encoded.append(digits[Int(byte & 15)])
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// The Range field.
  static let ranges = FuzzTarget("ranges") { input throws(BrokenProperty) in
    let field = String(decoding: input, as: UTF8.self)
    var isPart = false
    for size in [0, 1, 500, Int.max] {
      guard case .part(let range) = ByteRange(field, size: size) else { continue }
      isPart = true
      try require(!range.isEmpty && 0..<size ~= range.lowerBound && range.upperBound <= size, "a part is in the file")
      guard range.upperBound < 1_000_000_000_000_000_000 else { continue }
      let written = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
      try require(ByteRange(written, size: size) == .part(range), "\(written) is read again as itself")
    }
    return isPart
  }

  /// If-Modified-Since.
  static let dates = FuzzTarget("dates") { input throws(BrokenProperty) in
    guard let date = HTTPDate(String(decoding: input, as: UTF8.self)) else { return false }
    try require(date.text.utf8.count == 29, "a date has 29 characters: \(date.text)")
    try require(HTTPDate(date.text) == date, "\(date.text) is read again as itself")
    return true
  }

  /// If-None-Match.
  static let tags = FuzzTarget("tags") { input throws(BrokenProperty) in
    let tag = EntityTag("a-1")
    let field = String(decoding: input, as: UTF8.self)
    let isNamed = tag.isNamed(in: field)
    try require(!isNamed || field.contains(tag.text) || field.contains("*"), "what is named stands in the field")
    // A tag that has no end takes what follows for its own.
    if input.count(where: { $0 == UInt8(ascii: "\"") }).isMultiple(of: 2) {
      try require(tag.isNamed(in: field + ", \(tag.text)"), "a tag at the end of a list is found")
    }
    return isNamed
  }
}
