// The files of the workshop: what is given, and what the learner makes of it.

import Foundation
import WorkshopChecks

/// The folder `tutorials`, with the exercises in it.
struct Workbook {
  private let tutorials: String
  /// The folder with the learner's own files.
  private let work: String

  /// Upwards from the program itself, then from the folder that it was started in.
  ///
  /// - Parameter work: the folder with the learner's own files, where it is not the usual one.
  static func find(work: String?) -> Workbook? {
    for start in ["/proc/self/exe", "."] {
      guard let resolved = realpath(start, nil) else { continue }
      defer { free(resolved) }
      var folder = String(cString: resolved)
      while true {
        if access(folder + "/tutorials/exercises/starters/polling.swift", R_OK) == 0 {
          return Workbook(tutorials: folder + "/tutorials", work: work ?? folder + "/tutorials/work")
        }
        guard let slash = folder.lastIndex(of: "/") else { break }
        folder = String(folder[..<slash])
      }
    }
    return nil
  }

  /// What to build.
  func text(of exercise: Exercise) -> String { shown("\(tutorials)/exercises/\(exercise.slug).md") }

  func solution(of exercise: Exercise) -> String {
    contents("\(tutorials)/exercises/solutions/\(exercise.slug).swift")
  }

  /// The learner's file, outside of git; made from the starter when it is not there.
  func ownFile(of exercise: Exercise) -> String {
    let path = ownPath(of: exercise)
    if access(path, F_OK) != 0 { write(starter(of: exercise), to: path) }
    return path
  }

  /// Nothing that the learner wrote is lost, however often this is done.
  func reset(_ exercise: Exercise) {
    let path = ownPath(of: exercise)
    let starter = starter(of: exercise)
    if access(path, F_OK) == 0, contents(path) != starter {
      let names = sequence(first: 1) { $0 + 1 }.lazy.map { $0 == 1 ? path + ".old" : "\(path).old\($0)" }
      guard let kept = names.first(where: { access($0, F_OK) != 0 }), rename(path, kept) == 0 else {
        fail("cannot rename \(path)", status: 1)
      }
      say("Your file is now \(shown(kept)).")
    }
    write(starter, to: path)
    if isDone(exercise) { mark(done.subtracting([exercise.slug])) }
    say("\(shown(path)) is as it was given.")
  }

  // MARK: Progress

  func isDone(_ exercise: Exercise) -> Bool { done.contains(exercise.slug) }

  var next: Exercise? { Exercise.all.first { !isDone($0) } }

  func markDone(_ exercise: Exercise) { mark(done.union([exercise.slug])) }

  /// A mark that cannot be written takes nothing from the grade.
  private func mark(_ slugs: Set<String>) {
    let lines = Exercise.all.map(\.slug).filter(slugs.contains).map { $0 + "\n" }.joined()
    if let problem = tryToWrite(lines, to: donePath) { say("The progress was not noted: \(problem)") }
  }

  func list() {
    let next = next
    for exercise in Exercise.all {
      let mark = isDone(exercise) ? "✓" : exercise.slug == next?.slug ? "→" : " "
      let slug = exercise.slug + String(repeating: " ", count: max(0, 17 - exercise.slug.count))
      say("\(mark) \(slug)\(exercise.title) (\(exercise.rules.count) rules)")
    }
    say("")
    guard let next else { return say("All \(Exercise.all.count) exercises are done.") }
    say(
      """
      \(Exercise.all.count { isDone($0) }) of \(Exercise.all.count) are done. Next: \(next.slug)
        read   \(text(of: next))
        edit   \(shown(ownFile(of: next)))
        grade  swift run workshop verify \(next.slug)
      """)
  }

  private var donePath: String { "\(work)/.done" }

  private var done: Set<String> {
    guard access(donePath, R_OK) == 0 else { return [] }
    return Set(contents(donePath).split(separator: "\n").map(String.init))
  }

  // MARK: Files

  func ownPath(of exercise: Exercise) -> String { "\(work)/\(exercise.slug).swift" }

  private func starter(of exercise: Exercise) -> String {
    contents("\(tutorials)/exercises/starters/\(exercise.slug).swift")
  }

  /// As it is typed from the folder that the program was started in.
  func shown(_ path: String) -> String {
    let here = FileManager.default.currentDirectoryPath + "/"
    return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
  }

  private func contents(_ path: String) -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      fail("cannot read \(path)", status: 1)
    }
    return text
  }

  private func write(_ text: String, to path: String) {
    if let problem = tryToWrite(text, to: path) { fail(problem, status: 1) }
  }

  /// Returns why it was not written; nil when it was.
  private func tryToWrite(_ text: String, to path: String) -> String? {
    do {
      try FileManager.default.createDirectory(atPath: "\(work)", withIntermediateDirectories: true)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return nil
    } catch {
      return "cannot write \(path): \(error.localizedDescription)"
    }
  }
}
