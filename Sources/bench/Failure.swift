/// Why there are no numbers: what happened and, where it helps, what to do.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// A server that had started gave no numbers for one work. For another it may.
struct NoNumbers: Error, CustomStringConvertible {
  let description: String
}

/// The user has had enough: SIGINT or SIGTERM.
struct Interrupted: Error {}
