// The table that is printed: Markdown, so that it can stand in a README as it is.

extension Results {
  var table: String {
    var lines = [["work", "what", "figure"] + servers + (servers.count > 1 ? ["ratio"] : [])]
    var previous: Row?
    for row in rows where row.isInTable {
      // What is the same as in the line above is not said again.
      let isSameWork = previous?.work == row.work
      let isSame = isSameWork && previous?.what == row.what
      let values = servers.map { row.servers[$0].map { row.format($0.value) } ?? "" }
      let ratio = servers.count > 1 ? [row.ratio.map { Self.format($0) + " ×" } ?? ""] : []
      lines.append([isSameWork ? "" : row.work, isSame ? "" : row.what, row.figure] + values + ratio)
      previous = row
    }
    return Self.table(lines, textColumns: 3)
  }

  /// Lines under a head, columns as wide as they must be.
  static func table(_ lines: [[String]], textColumns: Int) -> String {
    guard let head = lines.first else { return "" }
    let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let rule = head.indices.map { column in
      String(repeating: "-", count: widths[column] + 1) + (column < textColumns ? "-" : ":")
    }
    let texts = lines.map { cells in
      cells.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - cells[column].count)
        return column < textColumns ? " \(cells[column])\(space) " : " \(space)\(cells[column]) "
      }
    }
    return ([texts[0], rule] + texts.dropFirst()).map { "|" + $0.joined(separator: "|") + "|" }.joined(separator: "\n")
  }

  /// Three digits that say something, and commas in what is long.
  static func format(_ value: Double) -> String {
    let size = abs(value)
    guard size < 100 else { return Int(value.rounded()).grouped }
    guard size >= 0.0005 else { return "0" }
    let places = size >= 10 ? 1 : size >= 1 ? 2 : 3
    let scale = [1, 10, 100, 1000][places]
    let rounded = Int((size * Double(scale)).rounded())
    let rest = String(rounded % scale + scale).dropFirst()
    return "\(value < 0 ? "-" : "")\(rounded / scale).\(rest)"
  }
}

extension Results.Row {
  /// A count is a whole number, all else was measured.
  fileprivate func format(_ value: Double) -> String {
    figure == Figure.Kind.missed.rawValue ? Int(value).grouped : Results.format(value)
  }
}

extension Int {
  /// With a comma at each thousand.
  var grouped: String {
    var (text, rest) = ("", magnitude)
    while rest >= 1000 {
      text = ",\(String(rest % 1000 + 1000).dropFirst())\(text)"
      rest /= 1000
    }
    return "\(self < 0 ? "-" : "")\(rest)\(text)"
  }
}
