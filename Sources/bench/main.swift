// `swift run -c release bench`: read the arguments, measure, print the table.

import Glibc

func fail(_ text: String, status: Int32) -> Never {
  Progress().note(text)
  exit(status)
}

do {
  let arguments = try Arguments(CommandLine.arguments.dropFirst())
  if arguments.wantsHelp {
    print(Arguments.usage)
    exit(0)
  }
  // From here on Ctrl-C is held back until the children are ended.
  _ = Interruption.descriptor
  let results = try Driver(arguments).run()
  print(results.table)
  if let file = arguments.json { try results.write(to: file) }
  if !results.gaps.isEmpty { fail("turns that are left out, as told above: \(results.gaps.count)", status: 1) }
} catch let mistake as Arguments.Mistake {
  fail("\(mistake.text) (bench --help shows all options)", status: 2)
} catch is Interrupted {
  fail("interrupted", status: 130)
} catch {
  fail("\(error)", status: 1)
}
