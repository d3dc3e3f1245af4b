/// One exercise of the workshop.
public struct Exercise: Sendable {
  /// The name on the command line and of the exercise's files: `sse`.
  public let slug: String
  /// As it is shown to people.
  public let title: String
  /// The name of the server in the exercise's Swift file.
  public let server: String
  /// Ways to begin, for a learner who asks for a hint.
  public let hints: [String]
  /// What the server has to do.
  public let rules: [Rule]

  /// All of them, in the order in which they are best done.
  public static let all = techniques + uses + repairs

  /// The exercise of this name.
  public static func named(_ slug: String) -> Exercise? { all.first { $0.slug == slug } }
}
