// The learner's one file becomes a program: it is compiled beside Comet, which is built already, and started on a free
// port. Nothing of it needs SwiftPM, so that neither its lock nor another exercise that does not compile is in the way.

import Foundation
import WorkshopChecks

/// A running server made of a learner's file. It ends with ``end()``, or with the workshop.
final class LearnerProgram {
  struct Problem: Error {
    let text: String
  }

  let target: Target
  private let child: ChildProgram
  private let folder: String

  /// Compiles and starts.
  ///
  /// - Parameter port: where the program listens; 0 takes a free one.
  init(_ exercise: Exercise, file: String, port: Int = 0) throws(Problem) {
    guard let executable = realpath("/proc/self/exe", nil) else { throw Problem(text: "There is no /proc here.") }
    defer { free(executable) }
    let products = (String(cString: executable) as NSString).deletingLastPathComponent
    // One for each workshop that runs: `watch` in one terminal and `run` in another do not disturb each other.
    Self.removeFolders(in: "\(products)/exercises")
    let folder = "\(products)/exercises/\(exercise.slug)-\(getpid())"
    var isRunning = false
    // A program that crashes looks into its own file, to name the line.
    defer { if !isRunning { try? FileManager.default.removeItem(atPath: folder) } }
    let program = try Self.compile(exercise, file: file, in: folder, products)
    let variables = ["PORT": String(port), "COMET_WORKSHOP": "1", "SWIFT_BACKTRACE": Self.backtrace]
    guard let child = ChildProgram([program], variables: variables) else {
      throw Problem(text: "The program could not be started.")
    }
    (self.child, self.folder) = (child, folder)
    let announcement = "Listening on "
    guard let line = child.line(startingWith: announcement, within: .seconds(10)),
      let target = Target(url: String(line.dropFirst(announcement.count)))
    else {
      child.kill()
      let silent = "The program did not say within 10 seconds on which address it listens."
      throw Problem(text: child.rest.isEmpty ? silent : child.rest)
    }
    self.target = target
    isRunning = true
    child.showOutput()
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Ends the program; returns what became of it, if it has ended before.
  func end() -> String? { child.kill() }

  /// Waits until it ends by itself; returns how it has.
  func wait() -> String { child.waitForExit() }

  /// Those of workshops that have ended, perhaps by Ctrl-C.
  private static func removeFolders(in exercises: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: exercises)) ?? [] {
      guard let id = name.split(separator: "-").last.flatMap({ pid_t($0) }), kill(id, 0) < 0, errno == ESRCH
      else { continue }
      try? FileManager.default.removeItem(atPath: "\(exercises)/\(name)")
    }
  }

  /// A crash names the lines, and no registers and no libraries.
  private static let backtrace =
    "enable=yes,color=no,interactive=no,threads=crashed,registers=none,images=none,limit=8,top=0,output-to=stderr"

  /// - Parameter products: the folder with what was built of this package.
  private static func compile(
    _ exercise: Exercise, file: String, in folder: String, _ products: String
  ) throws(Problem) -> String {
    let main = """
      import ExerciseKit

      @main enum Program {
        static func main() async { await run(\(exercise.server)) }
      }

      """
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try main.write(toFile: folder + "/Program.swift", atomically: true, encoding: .utf8)
    } catch {
      throw Problem(text: "Cannot write to \(folder): \(error.localizedDescription)")
    }
    let objects = objects(in: products)
    let program = folder + "/program"
    let words =
      [
        "swiftc", "-g", "-swift-version", "6", "-enable-upcoming-feature", "NonisolatedNonsendingByDefault",
        "-parse-as-library", "-module-name", "Exercise", "-I", "\(products)/Modules",
        "-Xcc", "-fmodule-map-file=\(products)/CEpoll.build/module.modulemap", "-o", program, file,
        folder + "/Program.swift",
      ] + objects
    guard let compiler = ChildProgram(words) else {
      throw Problem(text: "swiftc was not found; it comes with Swift and has to be in the PATH.")
    }
    let status = compiler.wait()
    guard status == 0 else {
      // Our own file names what it has not found; the learner never sees that file.
      let isMissing = compiler.rest.contains("cannot find '\(exercise.server)' in scope")
      let advice = isMissing ? "It has to define \(exercise.server), as the starter does." : ""
      // What the driver says of its own steps is of no help.
      let lines = compiler.rest.split(separator: "\n", omittingEmptySubsequences: false)
      let errors = lines.filter { !$0.contains("error: emit-module command failed") }.joined(separator: "\n")
      throw Problem(text: "The file does not compile. \(advice)\n\n\(errors)")
    }
    return program
  }

  /// What this program is linked of, without what is its own. (A folder of objects may also hold those of sources that
  /// are no longer there.)
  private static func objects(in products: String) -> [String] {
    let list = (try? String(contentsOfFile: "\(products)/workshop.product/Objects.LinkFileList", encoding: .utf8)) ?? ""
    let modules = ["CEpoll", "CometLoop", "CometWire", "Comet", "ExerciseKit"].map { "/\($0).build/" }
    return list.split(separator: "\n").map { $0.trimmingCharacters(in: ["'", "\""]) }
      .filter { object in modules.contains { object.contains($0) } }
  }
}
