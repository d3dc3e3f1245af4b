import RegexBuilder

/// Hides a part of a transcript that differs from run to run, so that the rest can be compared with a golden file.
///
/// ```swift
/// transcript.masked(.dates, .milliseconds, .port(port), .integer(after: "process('"))
/// ```
public struct Mask: Sendable {
  fileprivate let apply: @Sendable (String) -> String

  /// Dates and times become `<date>`: `11/20/2026, 11:29:14 PM`, as `toLocaleString()` writes them in en-US,
  /// `Fri Nov 20 2026 23:29:19 GMT+0000 (Coordinated Universal Time)`, as `toString()` does, and
  /// `Fri, 20 Nov 2026 23:29:19 GMT` of HTTP. Any other form stays, so that a
  /// comparison shows it.
  public static let dates = Mask { text in
    let local = /[0-9]{1,2}\/[0-9]{1,2}\/[0-9]{4}, [0-9]{1,2}:[0-9]{2}:[0-9]{2} [AP]M/
    let javaScript = /[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{2} [0-9]{4} [0-9:]{8} GMT[+\-][0-9]{4} \([^()\n]+\)/
    let http = /[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT/
    return text.replacing(javaScript, with: "<date>").replacing(http, with: "<date>").replacing(local, with: "<date>")
  }

  /// Milliseconds since 1970, which have 13 digits until the year 2286, become `<ms>`.
  public static let milliseconds = Mask { $0.replacing(/\b[0-9]{13}\b/, with: "<ms>") }

  /// A port becomes `<port>` where it follows a colon: `localhost:40123`.
  public static func port(_ port: Int) -> Mask {
    Mask { text in
      let pattern = Regex {
        ":"
        String(port)
        NegativeLookahead { CharacterClass.digit }
      }
      return text.replacing(pattern, with: ":<port>")
    }
  }

  /// An integer becomes `<n>` where it follows these words: a random number or a counter.
  public static func integer(after prefix: String) -> Mask {
    Mask { text in
      let pattern = Regex {
        prefix
        /-?[0-9]+/
      }
      return text.replacing(pattern, with: prefix + "<n>")
    }
  }

  /// A line that holds nothing but an integer becomes `<n>`.
  public static let integerLines = Mask { text in
    text.replacing(/^-?[0-9]+$/.anchorsMatchLineEndings(), with: "<n>")
  }
}

extension String {
  /// The text with everything hidden that the masks find, in their order.
  public func masked(_ masks: Mask...) -> String {
    masks.reduce(self) { $1.apply($0) }
  }
}
