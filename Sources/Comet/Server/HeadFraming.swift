// The fields of an answer's head that are the server's own business.

import CometLoop
import CometWire
import Glibc

extension ResponseHead {
  private static let ownNames = ["content-length", "transfer-encoding", "connection", "date"]

  /// Writes status line and fields with `Date`, `Connection` and the protection against guessed types. What follows
  /// are the fields that frame the body.
  @LoopActor
  func serialize(into bytes: inout [UInt8], isLast: Bool) {
    if Self.ownNames.contains(where: fields.contains) {
      var head = self
      for name in Self.ownNames { head.fields.remove(name) }
      head.serialize(into: &bytes)
    } else {
      serialize(into: &bytes)
    }
    bytes.append(contentsOf: DateLine.current)
    // A browser that guesses a type can be made to run text as a script (WHATWG Fetch, section 3.6).
    if !status.forbidsBody, !fields.contains("x-content-type-options") {
      bytes.append(contentsOf: "X-Content-Type-Options: nosniff\r\n".utf8)
    }
    // `Upgrade` is for this connection only, and has to be listed as such (RFC 9110 §7.8).
    switch (fields.contains("upgrade"), isLast && status != .switchingProtocols) {
    case (true, true): bytes.append(contentsOf: "Connection: Upgrade, close\r\n".utf8)
    case (true, false): bytes.append(contentsOf: "Connection: Upgrade\r\n".utf8)
    case (false, true): bytes.append(contentsOf: "Connection: close\r\n".utf8)
    case (false, false): break
    }
  }
}

extension [UInt8] {
  mutating func appendContentLength(_ length: Int) {
    append(contentsOf: "Content-Length: ".utf8)
    append(contentsOf: String(length).utf8)
    append(contentsOf: "\r\n".utf8)
  }
}

/// `Date: …`, made once a second (RFC 9110 §6.6.1).
@LoopActor
private enum DateLine {
  private static var seconds = 0
  private static var bytes: [UInt8] = []

  static var current: [UInt8] {
    let now = time(nil)
    if now != seconds {
      seconds = now
      bytes = Array("Date: \(HTTPDate(seconds: now).text)\r\n".utf8)
    }
    return bytes
  }
}
