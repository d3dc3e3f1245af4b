// What many rules expect of an answer, and the words for when it is not so.

import FoundationEssentials

extension Answer {
  /// - Parameter what: what was asked, for people: `POST /say`.
  func expectSuccess(of what: String) throws {
    guard (200...299).contains(status) else {
      throw Fault(expected: "a status 2xx for \(what)", got: "The status is \(status).")
    }
  }

  func expectStatus(_ wanted: Int, for what: String) throws {
    guard status == wanted else {
      throw Fault(expected: "status \(wanted) for \(what)", got: "The status is \(status).")
    }
  }

  /// Whose fault it is stands in the first digit (RFC 9110 §15.5).
  func expectClientError(for what: String) throws {
    guard (400...499).contains(status) else {
      throw Fault(expected: "a status 4xx for \(what)", got: "The status is \(status).")
    }
  }

  func expectType(_ type: String) throws {
    guard mediaType == type else {
      throw Fault(
        expected: "Content-Type: \(type)",
        got: value("content-type").map { "It is \(Readable.quoted($0))." } ?? "There is no Content-Type.")
    }
  }

  /// - Parameter isStream: A stream may be kept where nobody gets it without a new question.
  func expectNotStored(isStream: Bool = false) throws {
    let directives = list("cache-control")
    guard directives.contains("no-store") || isStream && directives.contains("no-cache") else {
      throw Fault(
        expected: isStream ? "Cache-Control: no-cache, or no-store" : "Cache-Control: no-store",
        got: value("cache-control").map { "It is \(Readable.quoted($0))." } ?? "There is no Cache-Control.")
    }
  }
}

extension WholeAnswer {
  /// The body as JSON of a shape, which is shown to people by an example.
  func json<Value: Decodable>(_ type: Value.Type = Value.self, like shape: String) throws -> Value {
    guard let value = try? JSONDecoder().decode(type, from: Data(body)) else {
      throw Fault(
        expected: "JSON such as \(shape)", got: "The status is \(status), the body \(Readable.quoted(body)).")
    }
    return value
  }
}
