import TestSupport
import Testing

@testable import Comet

/// What a status means for the answer that has it.
@Suite struct StatusTests {
  /// RFC 9110 §15.3.6: a 205 has no content.
  @Test func aResetHasNoContent() async throws {
    try await withSite(routes: { $0.get("/reset") { _ in Response(.resetContent, body: Array("never".utf8)) } }) {
      let answer = try await RawResponse.get("/reset", port: $0.port)
      #expect(answer.status == 205 && answer["Content-Length"] == "0" && answer.text.isEmpty)
    }
  }

  /// A client would take the next answer for the one to this request.
  @Test(arguments: ["/interim", "/thrown"])
  func anInterimStatusIsNoAnswer(path: String) async throws {
    try await withSite(routes: { routes in
      routes.get("/interim") { _ in Response(.continue) }
      routes.get("/thrown") { _ in throw RequestError(.continue, "Go on.") }
    }) { site in
      let client = try await RawClient(port: site.port)
      try await client.sendRequest("GET", path)
      try await client.sendRequest("GET", "/hello")
      let failed = try await client.response()
      #expect(failed.status == 500 && failed.text == "The server failed to answer. It keeps no log of the reason.\n")
      #expect(try await client.response().text == "hello")
    }
  }
}
