import Foundation

/// The part of a file that a fence of a tutorial names: ` ```swift Sources/CometDemo/Polling.swift: routes.get("/time") `.
///
/// After the path stand words that occur in one line of the file only. From that line it goes to the end of what begins
/// there, which the indentation tells, with the comments and attributes directly above. `first … last` goes from one
/// such place to the end of another; a path alone is the whole file. So no file needs marks for the sake of its
/// tutorial.
struct SourceRegion {
  let lines: [String]

  struct Mistake: Error, CustomStringConvertible { let description: String }

  init(_ source: String) throws {
    let parts = source.split(separator: ": ", maxSplits: 1).map(String.init)
    guard let path = parts.first, let text = try? Project.text(path) else {
      throw Mistake(description: "the fence names no file of the project: \(source.debugDescription)")
    }
    var all = text.components(separatedBy: "\n")
    while all.last?.isEmpty == true { all.removeLast() }
    guard parts.count > 1 else {
      lines = all
      return
    }
    let ends = parts[1].components(separatedBy: " … ")
    guard ends.count <= 2 else { throw Mistake(description: "first … last, and no third place: \(source)") }
    let places = try ends.map { try Self.place(of: $0, in: all, path) }
    let last = Self.end(of: places[places.count - 1], in: all)
    var first = places[0]
    guard first <= last else { throw Mistake(description: "the last place is before the first: \(source)") }
    while first > 0, Self.leadsIn(all[first - 1]), Self.indentation(all[first - 1]) == Self.indentation(all[first]) {
      first -= 1
    }
    let region = all[first...last]
    let least = region.filter { !$0.isEmpty }.map(Self.indentation).min() ?? 0
    lines = region.map { String($0.dropFirst(least)) }
  }

  private static func place(of words: String, in lines: [String], _ path: String) throws -> Int {
    let places = lines.indices.filter { lines[$0].contains(words) }
    guard places.count == 1 else {
      throw Mistake(description: "\(places.count) lines of \(path) contain \(words.debugDescription), not one")
    }
    return places[0]
  }

  /// What is indented further belongs to a line, and what then closes it.
  private static func end(of place: Int, in lines: [String]) -> Int {
    let own = indentation(lines[place])
    var end = place
    for next in lines.indices.dropFirst(place + 1) where !lines[next].isEmpty {
      let isCloser = lines[next].drop { $0 == " " }.first.map { "})]".contains($0) } ?? false
      guard indentation(lines[next]) > own || indentation(lines[next]) == own && isCloser else { break }
      end = next
    }
    return end
  }

  /// A comment or an attribute, which belong to what follows.
  private static func leadsIn(_ line: String) -> Bool {
    let words = line.drop { $0 == " " }
    return words.hasPrefix("//") || words.hasPrefix("@")
  }

  private static func indentation(_ line: String) -> Int { line.prefix { $0 == " " }.count }
}
