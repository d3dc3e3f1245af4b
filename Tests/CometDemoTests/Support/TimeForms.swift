import Foundation

/// The forms of JavaScript's `Date` in which the demos tell the time.
enum TimeForms {
  /// Reads `toLocaleString()`; nil for any other form. Digits that pad are another form.
  static func short(_ text: String) -> Date? {
    guard text.wholeMatch(of: /[1-9][0-9]?\/[1-9][0-9]?\/[0-9]{4}, [1-9][0-9]?:[0-9]{2}:[0-9]{2} [AP]M/) != nil else {
      return nil
    }
    return formatter("M/d/yyyy, h:mm:ss a").date(from: text)
  }

  /// Reads `toString()`; nil for any other form.
  static func long(_ text: String) -> Date? {
    let form = /([A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{2} [0-9]{4} [0-9:]{8} GMT[+\-][0-9]{4}) \([A-Z][A-Za-z \-+0-9:]+\)/
    guard let match = text.wholeMatch(of: form) else { return nil }
    return formatter("EEE MMM dd yyyy HH:mm:ss 'GMT'xx").date(from: String(match.1))
  }

  /// Whether a time is now, as far as seconds tell.
  static func isNow(_ date: Date?) -> Bool { date.map { abs($0.timeIntervalSinceNow) < 10 } ?? false }

  private static func formatter(_ format: String) -> DateFormatter {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = format
    return formatter
  }
}
