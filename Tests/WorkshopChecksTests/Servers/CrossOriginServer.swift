/// A right server for the exercise `cors`, which can break one rule.
struct CrossOriginServer {
  let fault: String?

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    guard request.path == "/cors" else { return peer.answer("404 Not Found") }
    let origin = request.fields["origin"]
    let isPreflight = request.method == "OPTIONS"
    if fault == "same-origin", origin == nil { return peer.answer("403 Forbidden", ["vary: Origin"]) }
    if fault == "allowed, to read that there is nothing", request.method == "GET", origin == "http://app.example" {
      return peer.answer("404 Not Found", ["Vary: Origin", "Access-Control-Allow-Origin: http://app.example"])
    }
    let everybody = fault == "refused, but for PUT" && request.method == "PUT"
    let isAllowed = everybody || isFriend(origin, isPreflight: isPreflight)
    var fields: [String] = []
    if fault != "vary-always", fault != "vary" { fields.append("vary: Accept-Encoding, origin") }
    if fault == "vary", !isAllowed || request.method != "GET" { fields.append("Vary: Origin") }
    if fault == "vary-always", isAllowed { fields.append("Vary: Origin") }
    if let origin, isAllowed, !(fault == "after-preflight" && request.method == "PUT") {
      let value = fault == "allowed" && request.method == "GET" ? "\(origin), \(origin)" : origin
      fields.append("access-control-allow-origin: \(value)")
    }
    guard isPreflight else { return peer.answer("200 OK", fields, "hello") }
    if fault == "preflight" { return peer.answer("405 Method Not Allowed", fields + permissions) }
    peer.answer("204 No Content", fields + (isAllowed ? permissions : []))
  }

  private var permissions: [String] {
    [
      "Access-Control-Allow-Methods: "
        + (fault == "methods" ? "GET, POST" : fault == "methods, in lower case" ? "get, put" : "GET,PUT"),
      "Access-Control-Allow-Headers: " + (fault == "headers" ? "X-Other" : "content-type, x-comet"),
    ]
  }

  private func isFriend(_ origin: String?, isPreflight: Bool) -> Bool {
    switch fault {
    case "refused" where !isPreflight: origin == "http://evil.example" || origin == "http://app.example"
    case "preflight-refused" where isPreflight: true
    case "whole-origin" where !isPreflight: origin?.hasPrefix("http://app.example") == true
    case "whole-origin, by its end" where !isPreflight: origin?.hasSuffix("app.example") == true
    case "whole-origin, as a pattern": origin.map { $0.wholeMatch(of: /http:\/\/app.example/) != nil } ?? false
    case "null" where !isPreflight: origin == "null" || origin == "http://app.example"
    case "preflight-refused, but for null" where isPreflight: origin == "null" || origin == "http://app.example"
    default: origin == "http://app.example"
    }
  }
}
