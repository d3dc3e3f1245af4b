// `swift run workshop`: exercises that grade themselves.

import Glibc
import WorkshopChecks

// Writing to a closed pipe is an error of that write, not the end of the program.
signal(SIGPIPE, SIG_IGN)

do throws(Command.Mistake) {
  var work: String?
  let command = try Command(CommandLine.arguments.dropFirst(), work: &work)
  if case .help = command {
    say(Command.usage)
    exit(0)
  }
  if case .verify(let exercise, .address(let target), let isLong) = command {
    let isPassed = Verification.run(exercise, target, isLong: isLong)
    if isPassed { Workbook.find(work: work)?.markDone(exercise) }
    exit(isPassed ? 0 : 1)
  }
  guard let book = Workbook.find(work: work) else {
    fail("the folder tutorials/exercises was not found; start the workshop in the project's folder", status: 1)
  }
  switch command {
  case .help: break
  case .list: book.list()
  case .verify(let exercise, .ownFile, let isLong):
    exit(Verification.run(exercise, file: book.ownFile(of: exercise), book, isLong: isLong) ? 0 : 1)
  case .verify(let exercise, .file(let path), let isLong):
    exit(Verification.run(exercise, file: path, book, isLong: isLong) ? 0 : 1)
  case .verify(_, .address, _): break
  case .run(let exercise, let port):
    do throws(LearnerProgram.Problem) {
      let program = try LearnerProgram(exercise, file: book.ownFile(of: exercise), port: port)
      say("\(exercise.slug) listens on \(program.target.url) (Ctrl-C ends it)")
      fail("your program has ended. \(program.wait())", status: 1)
    } catch {
      fail(error.text, status: 1)
    }
  case .hint(let exercise):
    for (number, hint) in exercise.hints.enumerated() { say("\(number + 1). \(hint)") }
    say("What to build stands in \(book.text(of: exercise)). The grade has a hint for each rule that fails.")
  case .reset(let exercise): book.reset(exercise)
  case .solution(let exercise): say(book.solution(of: exercise), end: "")
  case .watch(let exercise): Watch(book).run(exercise)
  }
} catch {
  fail("\(error.text) (workshop --help shows all commands)", status: 2)
}
exit(0)
