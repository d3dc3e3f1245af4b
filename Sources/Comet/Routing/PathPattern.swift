import CometWire

/// A route's path, taken apart.
struct PathPattern: Equatable, Sendable {
  private enum Segment: Equatable {
    case literal(String)
    case parameter(String)
    case rest
  }

  private let parts: [Segment]

  init(_ path: String) {
    parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
      if part.hasPrefix(":") { return .parameter(String(part.dropFirst())) }
      return part == "*" ? .rest : .literal(String(part))
    }
  }

  var isLiteral: Bool {
    parts.allSatisfy { if case .literal = $0 { true } else { false } }
  }

  /// Whether it ends in `*`.
  var takesTheRest: Bool { parts.contains(.rest) }

  /// A request's path in decoded segments; nil when an escape is malformed. An encoded slash stays inside of its
  /// segment: it never makes a new one.
  static func segments(of path: String) -> [String]? {
    var segments: [String] = []
    for part in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard let decoded = PercentDecoding.decode(Substring(part)) else { return nil }
      segments.append(decoded)
    }
    return segments
  }

  /// What the parameters stand for; nil when the path is another one.
  func match(_ segments: [String]) -> [String: String]? {
    var parameters: [String: String] = [:]
    for (index, part) in parts.enumerated() {
      switch part {
      case .rest:
        parameters["*"] = segments.dropFirst(index).joined(separator: "/")
        return parameters
      case .literal(let text):
        guard index < segments.count, segments[index].isExactly(text) else { return nil }
      case .parameter(let name):
        guard index < segments.count, !segments[index].isEmpty else { return nil }
        parameters[name] = segments[index]
      }
    }
    return segments.count == parts.count ? parameters : nil
  }
}
