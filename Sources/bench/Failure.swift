/// Why there are no numbers: what happened and, where it helps, what to do.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The user has had enough: SIGINT or SIGTERM.
struct Interrupted: Error {}
