import WorkshopChecks

/// What the user asks for.
enum Command {
  /// Something on the command line that cannot be understood, and what to do about it.
  struct Mistake: Error {
    let text: String
  }

  /// What is graded.
  enum Subject {
    case ownFile
    case file(String)
    case address(Target)
  }

  case help
  case list
  case verify(Exercise, Subject, isLong: Bool)
  case run(Exercise, port: Int)
  case hint(Exercise)
  case reset(Exercise)
  case solution(Exercise)
  case watch(Exercise?)

  static let usage = """
    usage: workshop                          list the exercises: what is done, what is next
           workshop verify SLUG              grade your file
           workshop verify SLUG --url URL    grade any running server, in any language
           workshop verify SLUG --file PATH  grade another Swift file
           workshop run SLUG [--port N]      start your file on port 3000, to try it with curl
           workshop watch [SLUG]             grade again whenever the file is saved
           workshop hint SLUG                a way to begin
           workshop reset SLUG               begin again; your file is kept beside as SLUG.swift.old
           workshop solution SLUG            print a solution

    With --bytes, verify shows all that was sent and received, and not only its first lines.
    With --work DIR, your files are in that folder, and not in tutorials/work.

    Exit status: 0 when all rules pass, 1 when one fails or the server cannot be graded,
    2 for wrong usage.
    """

  /// - Parameter work: gets the folder for the learner's files, where one is named.
  init(_ words: some Sequence<String>, work: inout String?) throws(Mistake) {
    var words = Array(words)[...]
    var address: Target?
    var file: String?
    var isLong = false
    var port: Int?
    var plain: [String] = []
    while let word = words.popFirst() {
      // `--url=X` is `--url X`.
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if word.hasPrefix("--"), parts.count == 2 { words = [parts[1]] + words }
      switch word.hasPrefix("--") ? parts[0] : word {
      case "--help", "-h":
        self = .help
        return
      case "--bytes": isLong = true
      case "--work":
        guard let value = words.popFirst(), !value.isEmpty else { throw Mistake(text: "--work needs a folder") }
        work = value
      case "--url":
        guard let value = words.popFirst() else { throw Mistake(text: "--url needs an address") }
        guard let target = Target(url: value) else {
          throw Mistake(text: "--url takes an address such as http://localhost:3000, not \(value)")
        }
        address = target
      case "--port":
        guard let value = words.popFirst().flatMap({ Int($0) }), (0...65_535).contains(value) else {
          throw Mistake(text: "--port needs a number from 0 to 65535")
        }
        port = value
      case "--file":
        guard let value = words.popFirst(), !value.isEmpty else { throw Mistake(text: "--file needs a path") }
        file = value
      case _ where word.hasPrefix("-"): throw Mistake(text: "unknown option \(word)")
      default: plain.append(word)
      }
    }
    let name = plain.first ?? "list"
    guard plain.count <= 2 else { throw Mistake(text: "one exercise at a time") }
    guard name == "verify" || address == nil && file == nil && !isLong else {
      throw Mistake(text: "--url, --file and --bytes belong to verify")
    }
    guard name == "run" || port == nil else { throw Mistake(text: "--port belongs to run") }
    guard address == nil || file == nil else { throw Mistake(text: "either --url or --file") }
    let slug = plain.dropFirst().first
    switch name {
    case "help": self = .help
    case "list":
      guard slug == nil else { throw Mistake(text: "list takes no exercise") }
      self = .list
    case "verify":
      let subject = address.map { Subject.address($0) } ?? file.map { Subject.file($0) } ?? .ownFile
      self = .verify(try Self.exercise(slug, for: name), subject, isLong: isLong)
    case "run": self = .run(try Self.exercise(slug, for: name), port: port ?? 3000)
    case "hint": self = .hint(try Self.exercise(slug, for: name))
    case "reset": self = .reset(try Self.exercise(slug, for: name))
    case "solution": self = .solution(try Self.exercise(slug, for: name))
    case "watch": self = .watch(slug == nil ? nil : try Self.exercise(slug, for: name))
    default: throw Mistake(text: "there is no command \(name)")
    }
  }

  private static func exercise(_ slug: String?, for command: String) throws(Mistake) -> Exercise {
    let known = Exercise.all.map(\.slug).joined(separator: ", ")
    guard let slug else { throw Mistake(text: "\(command) needs an exercise: one of \(known)") }
    guard let exercise = Exercise.named(slug) else {
      throw Mistake(text: "there is no exercise \(slug); choose one of \(known)")
    }
    return exercise
  }
}
