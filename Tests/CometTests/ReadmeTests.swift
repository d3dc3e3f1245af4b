import Comet
import Foundation
import TestSupport
import Testing

/// The example of the README, compiled and run.
@Suite struct ReadmeTests {
  private static let server = Server { routes in
    routes.get("/hello/:name") { request in .text("Hello, \(request.parameters["name"] ?? "you")!") }
    routes.get("/clock") { _ in
      .events { events in
        for tick in 1... {
          try await events.send("tick", id: tick)
          try await sleep(for: .seconds(1))
        }
      }
    }
    routes.webSocket("/shout") { socket in
      for try await text in socket.texts { try await socket.send(text.uppercased()) }
    }
  }

  /// What is compiled here is what stands there.
  @Test func theExampleIsThatOfTheReadme() throws {
    let tests = URL(fileURLWithPath: #filePath)
    let project = tests.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: project.appendingPathComponent("README.md"), encoding: .utf8)
    let example = try #require(readme.firstMatch(of: /let server = Server \{ routes in\n(?s:.*?)\n\}\n/))
    let lines = example.output.split(separator: "\n").dropFirst().map { "  " + $0 }.joined(separator: "\n")
    #expect(try String(contentsOf: tests, encoding: .utf8).contains(lines))
  }

  @Test func theExampleDoesWhatItSays() async throws {
    try await withServer(Self.server) { url in
      let port = try #require(Int(url.split(separator: ":").last ?? ""))
      let hello = try await RawResponse.get("/hello/Ada", port: port)
      #expect(hello.text == "Hello, Ada!")
      let event = try await EventStreamClient(port: port, path: "/clock").next()
      #expect(event.id == "1" && event.data == "tick")
      let socket = try await WebSocketClient(port: port, path: "/shout")
      try await socket.sendText("hey")
      let answer = try await socket.receiveText()
      #expect(answer == "HEY")
    }
  }
}
