import TestSupport
import Testing

/// A message that has the key of many others is compared with each of them, while everybody waits.
@Suite struct RepeatedKeyTests {
  @Test(arguments: ["/chat/messages", "/im"])
  func costLittle(_ path: String) async {
    await #expect(processExitsWith: .success) { [path = path as String] in
      limitProcessorTime(toSeconds: 6)
      try await withDemo { demo in
        let client = try await RawClient(port: demo.port)
        // As long as each other, and different only at the end.
        let text = String(repeating: "x", count: 2000)
        for number in 10_000..<11_000 {
          let body =
            path == "/im"
            ? #"{"name":"a","id":"k","data":"\#(text)\#(number)"}"#
            : #"{"name":"a","key":"k","text":"\#(text)\#(number)"}"#
          let answer = try await client.request("POST", path, body: Array(body.utf8))
          #expect(answer.status == 201)
        }
      }
    }
  }
}
