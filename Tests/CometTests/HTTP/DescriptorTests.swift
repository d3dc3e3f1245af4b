import Foundation
import Glibc
import TestSupport
import Testing

/// No file descriptors left. Their number belongs to a process, so that it takes one of its own.
@Suite struct DescriptorTests {
  @Test func servesWhatItHasAndAcceptsAgainLater() async throws {
    try await withProcess("demo", ["--port", "0", "--quiet"], descriptors: 40) { demo in
      let port = try #require(Int(try await demo.firstLine().split(separator: ":").last ?? ""))
      // The system's queue takes all of them; the server has descriptors for fewer.
      let fields: KeyValuePairs = ["Host": "localhost:\(port)"]
      var clients: [RawClient] = []
      for _ in 0..<60 {
        let client = try await RawClient(port: port)
        try await client.sendRequest("GET", "/echo", fields: fields)
        clients.append(client)
      }
      #expect(try await clients[0].response().status < 500)
      // The last one waits, and nobody turns in circles meanwhile.
      let (before, start) = (try processorTime(of: demo.id), ContinuousClock.now)
      try await clients[59].expectOpen(for: .milliseconds(400))
      let used = try processorTime(of: demo.id) - before
      #expect(used * 4 < ContinuousClock.now - start)
      #expect(try await clients[0].request("GET", "/echo", fields: fields).status < 500)

      for client in clients[..<45] { await client.close() }
      // Those who waited get an answer. That may be 503, when those before have not all been noticed to have gone.
      for client in clients[45...] {
        #expect([426, 503].contains(try await client.response().status))
        await client.close()
      }
      try await eventually("there is room again") {
        try await RawResponse.get("/echo", port: port).status == 426
      }
      demo.signal(SIGTERM)
      #expect(try await demo.waitForExit() == 0)
    }
  }

  /// What is there does not turn into what is not.
  @Test func tellsThatAFileCannotBeOpenedNow() async throws {
    try await withFolder { folder in
      // Too large to be kept in memory, so it is opened each time.
      try folder.write("large.txt", [UInt8](repeating: 0x2A, count: 300_000))
      try await withProcess("demo", ["--port", "0", "--quiet", "--www", folder.path], descriptors: 40) { demo in
        let port = try #require(Int(try await demo.firstLine().split(separator: ":").last ?? ""))
        let guest = try await RawClient(port: port)
        #expect(try await guest.request("GET", "/large.txt").status == 200)
        var crowd: [RawClient] = []
        for _ in 0..<60 { crowd.append(try await RawClient(port: port)) }
        for path in ["/large.txt", "/tutorials/"] {
          let answer = try await eventually("no descriptor is left for \(path)") {
            let answer = try await guest.request("GET", path)
            return answer.status == 200 ? nil : answer
          }
          #expect(answer.status == 503 && answer["Retry-After"] == "1")
        }
        #expect(try await guest.request("GET", "/absent.txt").status == 404)
        for client in crowd { await client.close() }
        for path in ["/large.txt", "/tutorials/"] {
          try await eventually("there is room again") { try await guest.request("GET", path).status == 200 }
        }
      }
    }
  }

  /// How long a process has been at work, by proc(5).
  private func processorTime(of process: Int32) throws -> Duration {
    let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    // The name of the program, in brackets, may hold anything; the numbers come after it.
    let fields = try #require(text.split(separator: ")").last).split(separator: " ")
    let ticks = (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
    return .seconds(ticks) / sysconf(Int32(_SC_CLK_TCK))
  }
}
