import Foundation
import Synchronization

/// A right server for the exercise `polling`, which can break one rule.
final class PollingServer: Sendable {
  let fault: String?
  private let start = PollingServer.now
  private let previous = Mutex(PollingServer.now)

  init(fault: String?) { self.fault = fault }

  private var time: Int {
    switch fault {
    case "fresh": return start
    case "fresh, but backwards": return 2 * start - Self.now
    case "fresh, but of the request before":
      return previous.withLock { time in
        defer { time = Self.now }
        return time
      }
    default: return Self.now
    }
  }

  private static var now: Int { Int(Date().timeIntervalSince1970 * 1000) }

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    guard request.path == "/time" || fault == "not-found" else { return peer.answer("404 Not Found") }
    if fault == "at-once" { RawPeer.pause(1200) }
    let time = time
    let body = fault == "number" ? String(Double(time) / 1000) : String(time)
    var fields = ["content-type: " + (fault == "type" ? "text/html" : "text/plain;charset=utf-8")]
    // A cache may keep what it must not use without a new question.
    fields.append(fault == "no-store" ? "cache-control: no-cache" : "cache-control: no-cache, no-store")
    let status = fault == "status" ? "203 Non-Authoritative Information" : "200 OK"
    if fault == "end" {
      let lines = ["HTTP/1.1 \(status)"] + fields + ["Content-Length: \(body.utf8.count + 9)", "", body]
      peer.write(lines.joined(separator: "\r\n"))
    } else {
      peer.answer(status, fields, body)
    }
  }
}
