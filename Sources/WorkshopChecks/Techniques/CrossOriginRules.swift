// The rules for CORS (WHATWG Fetch §3.3): who may read, and what is asked before.

extension Session {
  fileprivate func cors(_ origin: String?, _ method: String = "GET") throws -> Answer {
    let body: [UInt8]? = method == "PUT" ? Array("hello".utf8) : nil
    let fields = (origin.map { [("Origin", $0)] } ?? []) + (method == "PUT" ? [("X-Comet", "1")] : [])
    return try fetch(method, "/cors", fields, body: body).answer
  }

  /// The question of a browser before a PUT with a field of its own.
  fileprivate func preflight(_ origin: String) throws -> Answer {
    try fetch(
      "OPTIONS", "/cors",
      [("Origin", origin), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "x-comet")]
    ).answer
  }
}

extension Answer {
  /// The members of a list as they are written.
  fileprivate func members(_ name: String) -> [Substring] {
    values(name).flatMap { $0.split { $0 == "," || $0 == " " || $0 == "\t" } }
  }

  fileprivate func expectAllowed(_ origin: String) throws {
    let values = values("access-control-allow-origin")
    guard values == [origin] else {
      throw Fault(
        expected: "Access-Control-Allow-Origin: \(origin)",
        got: values.isEmpty ? "There is none." : "It is \(Readable.quoted(values.joined(separator: ", "))).")
    }
  }

  fileprivate func expectRefused(_ origin: String) throws {
    let values = values("access-control-allow-origin")
    guard !values.contains(origin), !values.contains("*") else {
      throw Fault(
        expected: "no Access-Control-Allow-Origin that lets \(origin) read",
        got: "It is \(Readable.quoted(values.joined(separator: ", "))).")
    }
  }
}

enum CrossOriginRules {
  private static let friend = "http://app.example"
  private static let stranger = "http://evil.example"

  static let all = [
    Rule(
      "allowed", "A page of http://app.example may read the answer.", clause: "WHATWG Fetch §3.3.3",
      hint: "Access-Control-Allow-Origin with exactly the origin of the request, once."
    ) { session in
      let answer = try session.cors(friend)
      guard answer.status == 200 else { throw Fault(expected: "status 200", got: "The status is \(answer.status).") }
      try answer.expectAllowed(friend)
    },
    Rule(
      "refused", "A page of any other origin may not.", clause: "the exercise; WHATWG Fetch §3.3.3",
      hint: "Compare with a list, for every method. To send back every origin, or *, lets everybody read."
    ) { session in
      for method in ["GET", "PUT"] { try session.cors(stranger, method).expectRefused(stranger) }
    },
    Rule(
      "whole-origin", "Origins are compared whole: scheme, host and port.", clause: "RFC 6454 §5",
      hint: "No prefix, no suffix and no search: http://app.example.evil.example begins like a friend."
    ) { session in
      for origin in [
        "http://app.example.evil.example", "http://evil-app.example", "https://app.example", "http://app.example:8080",
        "http://sub.app.example", "http://appxexample",
      ] { try session.cors(origin).expectRefused(origin) }
    },
    Rule(
      "null", "The origin null is nobody's.", clause: "WHATWG Fetch §3.3; RFC 6454 §7.3",
      hint: "Any page can make itself a null origin, in a sandboxed frame."
    ) { try $0.cors("null").expectRefused("null") },
    Rule(
      "vary", "Vary: Origin stands in the answer to a friend.", clause: "WHATWG Fetch §3.3.5; RFC 9110 §12.5.5",
      hint: "The answer depends on the origin: without Vary a cache would give one page's answer to another."
    ) { try expectVary(try $0.cors(friend)) },
    Rule(
      "vary-always", "Vary: Origin stands in the answers to everybody else, too.", clause: "WHATWG Fetch §3.3.5",
      hint: "An answer without Access-Control-Allow-Origin, kept by a cache, would shut the friend out."
    ) { session in
      try expectVary(try session.cors(stranger))
      try expectVary(try session.cors(nil))
    },
    Rule(
      "preflight", "The preflight of a friend is answered with success.", clause: "WHATWG Fetch §3.3.2, §4.8",
      hint: "OPTIONS /cors with Access-Control-Request-Method: answer 204, with Access-Control-Allow-Origin."
    ) { session in
      let answer = try session.preflight(friend)
      guard (200...299).contains(answer.status) else {
        throw Fault(expected: "a status 2xx for OPTIONS", got: "The status is \(answer.status).")
      }
      try answer.expectAllowed(friend)
    },
    Rule(
      "methods", "The preflight says that PUT is allowed.", clause: "WHATWG Fetch §3.3.3",
      hint: "Access-Control-Allow-Methods: PUT."
    ) { session in
      let answer = try session.preflight(friend)
      // A method has its letters as they are (RFC 9110 §9.1), and without cookies * is any of them.
      guard answer.members("access-control-allow-methods").contains(where: { $0 == "PUT" || $0 == "*" }) else {
        throw Fault(
          expected: "PUT in Access-Control-Allow-Methods",
          got: "It is \(answer.value("access-control-allow-methods").map { Readable.quoted($0) } ?? "missing").")
      }
    },
    Rule(
      "headers", "The preflight says that the field X-Comet is allowed.", clause: "WHATWG Fetch §3.3.3",
      hint: "Access-Control-Allow-Headers: X-Comet."
    ) { session in
      let answer = try session.preflight(friend)
      guard answer.list("access-control-allow-headers").contains(where: { $0 == "x-comet" || $0 == "*" }) else {
        throw Fault(
          expected: "X-Comet in Access-Control-Allow-Headers",
          got: "It is \(answer.value("access-control-allow-headers").map { Readable.quoted($0) } ?? "missing").")
      }
    },
    Rule(
      "preflight-refused", "The preflight of anybody else is not agreed to.", clause: "WHATWG Fetch §4.8",
      hint: "The same list as for the request itself."
    ) { session in
      for origin in [stranger, "null", "http://sub.app.example", "http://app.example:8080"] {
        try session.preflight(origin).expectRefused(origin)
      }
    },
    Rule(
      "after-preflight", "The request after the preflight is answered with permission, too.",
      clause: "WHATWG Fetch §4.9",
      hint: "The browser looks at the answer to PUT itself: Access-Control-Allow-Origin there as well."
    ) { session in
      let answer = try session.cors(friend, "PUT")
      guard (200...299).contains(answer.status) else {
        throw Fault(expected: "a status 2xx for PUT", got: "The status is \(answer.status).")
      }
      try answer.expectAllowed(friend)
    },
    Rule(
      "same-origin", "A request without Origin is answered as well.", clause: "WHATWG Fetch §3.3",
      hint: "Pages of the server itself, and programs, send none."
    ) { session in
      let answer = try session.cors(nil)
      guard answer.status == 200 else { throw Fault(expected: "status 200", got: "The status is \(answer.status).") }
    },
  ]

  private static func expectVary(_ answer: Answer) throws {
    guard answer.list("vary").contains(where: { $0 == "origin" || $0 == "*" }) else {
      throw Fault(
        expected: "Vary: Origin",
        got: answer.value("vary").map { "Vary is \(Readable.quoted($0))." } ?? "There is no Vary.")
    }
  }
}
