import Foundation
import TestSupport
import Testing

@testable import Comet

/// A file that is too large for memory is read while it is sent, at the pace of its reader.
@Suite struct LargeFileTests {
  static let bytes = (0..<80).flatMap { [UInt8](repeating: $0, count: 100_000) }

  static func fill(_ folder: Folder) throws {
    try folder.write("www/large.bin", bytes)
  }

  @Test func aSlowReaderGetsAllOfIt() async throws {
    try await withFiles(fill: Self.fill) { site, _ in
      let client = try await RawClient(port: site.port, receiveBuffer: 16 * 1024)
      try await client.sendRequest("GET", "/large.bin")
      let head = try await client.head()
      #expect(head["Content-Length"] == "\(Self.bytes.count)")
      for start in stride(from: 0, to: Self.bytes.count, by: 1_000_000) {
        let piece = try await client.receive(count: 1_000_000)
        #expect(piece == Array(Self.bytes[start..<start + 1_000_000]))
        // The others do not wait.
        #expect(try await RawResponse.get("/hello", port: site.port).text == "hello")
      }
      #expect(try await client.request("GET", "/hello").text == "hello")
    }
  }

  /// A client that has all of it when the server stops is closed, as if it had come now.
  @Test func aServerThatStopsDoesNotWaitAfterIt() async throws {
    try await withFiles(limits: StopTests.patient, fill: Self.fill) { site, _ in
      let client = try await RawClient(port: site.port, receiveBuffer: 16 * 1024)
      try await client.sendRequest("GET", "/large.bin")
      _ = try await client.head()
      let stop = Task { await site.server.stop() }
      try await eventually("it stops") { await site.server.isStopping }
      _ = try await client.receive(count: Self.bytes.count)
      #expect(try await client.receiveToEnd().end == .finished)
      await client.close()
      await stop.value
    }
  }

  /// `printf … | nc -N`: a client that half-closes has asked all the same.
  @Test func whoHalfClosesGetsAllOfIt() async throws {
    try await withFiles(fill: Self.fill) { site, _ in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", "/large.bin")
      await client.halfClose()
      // A piece a turn of the loop, which here has hundreds of other tests to serve.
      let answer = try await client.response(within: .seconds(60))
      #expect(answer.body == Self.bytes)
      #expect(try await client.receiveToEnd().end == .finished)
    }
  }

  /// The length has been sent, and the bytes are gone: the connection ends early, and the client can tell.
  @Test func aFileThatShrinksMeanwhileIsCut() async throws {
    try await withFiles(fill: Self.fill) { site, folder in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", "/large.bin")
      _ = try await client.head()
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path + "/www/large.bin"))
      try file.truncate(atOffset: 1000)
      try file.close()
      let (bytes, _) = try await client.receiveToEnd()
      #expect(bytes.count < Self.bytes.count)
      #expect(bytes == Array(Self.bytes.prefix(bytes.count)))
      await client.close()
      try await site.expectQuiet()
    }
  }

  @Test func whoLeavesIsNotReadFor() async throws {
    try await withFiles(fill: Self.fill) { site, _ in
      let client = try await RawClient(port: site.port, receiveBuffer: 4096)
      try await client.sendRequest("GET", "/large.bin")
      _ = try await client.head()
      await client.reset()
      try await site.expectQuiet()
    }
  }
}
