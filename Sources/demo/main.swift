// `swift run demo`: read the arguments, start the server, print its address, end when told to.

import Comet
import CometDemo
import Glibc

// Writing to a closed pipe is an error of that write, not the end of the program.
signal(SIGPIPE, SIG_IGN)
keepFreedMemory(8 << 20)

func fail(_ text: String, status: Int32) -> Never {
  Output.line("demo: \(text)", to: STDERR_FILENO)
  exit(status)
}

func serve(_ arguments: Arguments) async {
  let project = ProjectFolder.find()
  guard let www = arguments.www ?? project.map({ $0 + "/www" }) else {
    fail("the folder www with the pages was not found; name it with --www DIR", status: 1)
  }
  let sources = project.map { $0 + "/Sources/CometDemo" }
  let settings = DemoSettings(tick: arguments.tick)
  let tutorials = project.map { $0 + "/tutorials" }
  guard
    let site = DemoSite(
      www: www, sources: sources, tutorials: tutorials, sample: arguments.sample, settings: settings)
  else {
    fail("there is no folder \(www); name the folder with the pages with --www DIR", status: 1)
  }
  let server = Server(
    host: arguments.host, access: Access(hosts: arguments.allowedHosts),
    log: arguments.isQuiet ? nil : RequestLog.write
  ) { site.mount(on: &$0) }

  do throws(Server.StartError) {
    try await server.start(port: arguments.port)
  } catch .portInUse(let port) {
    fail("port \(port) is in use; end the other program, or choose another port with --port N", status: 1)
  } catch .system(let error) {
    fail(
      "cannot listen on \(arguments.host), port \(arguments.port) (\(error)); choose others with --host and --port",
      status: 1)
  } catch {
    fail("cannot start: \(error)", status: 1)
  }
  let url = await server.url
  if ["0.0.0.0", "[::]"].contains(SocketAddress(arguments.host)?.text), arguments.allowedHosts.isEmpty {
    Output.line(
      "demo: other machines get 403 until you allow the name or address that they use: --allow-host NAME",
      to: STDERR_FILENO)
  }
  // Not before: a program that reads the line may end this one at once.
  try? await Signals.first(of: [SIGINT, SIGTERM]) { Output.line("Listening on \(url)", to: STDOUT_FILENO) }
  await server.stop()
}

do throws(Arguments.Mistake) {
  let arguments = try Arguments(CommandLine.arguments.dropFirst())
  switch arguments.wish {
  case .serve: await serve(arguments)
  case .help: print(Arguments.usage)
  case .version: print("comet \(Comet.version)")
  case .list:
    for technique in Technique.all {
      print("\(technique.slug.padded(to: 16)) \(technique.title)")
      for endpoint in technique.endpoints { print("".padded(to: 16), endpoint) }
    }
  }
} catch {
  fail("\(error.text) (demo --help shows all options)", status: 2)
}
exit(0)

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
