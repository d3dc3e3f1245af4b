// The history behind `im` and the reconnecting socket: messages of any name, with any JSON as their data.

import Comet
import Foundation

@LoopActor
final class IMRoom {
  /// What a client has, as it says with each poll: `3|7&c=5,7`.
  struct Versions: Sendable {
    /// Everything up to here.
    var complete = 0
    /// The newest that it has seen.
    var newest = 0
    /// Which ones it has beyond `complete`: what is not acknowledged comes again.
    var acknowledged: Set<Int> = []

    init(_ query: FormFields) throws(RequestError) {
      if let first = query.fields.first(where: { $0.value.isEmpty && $0.name.contains("|") }) {
        let parts = first.name.split(separator: "|", omittingEmptySubsequences: false).map(Self.id)
        guard parts.count == 2, let complete = parts[0], let newest = parts[1] else { throw Self.invalid }
        (self.complete, self.newest) = (complete, newest)
      }
      for part in (query["c"] ?? "").split(separator: ",").prefix(1000) {
        guard let id = Self.id(part) else { throw Self.invalid }
        acknowledged.insert(id)
      }
    }

    private static func id(_ digits: Substring) -> Int? {
      guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let id = Int(digits), id <= 1 << 53 else {
        return nil
      }
      return id
    }

    private static let invalid = RequestError(.badRequest, "Versions and acknowledgements are numbers: /im?3|7&c=5,7")
  }

  private struct Stored: Sendable {
    let mark: String?
    let json: String
  }

  private let bus = Broadcaster<Stored>()
  private var done: Set<String> = []
  /// With the server the numbers begin anew; versions count only for the history that they are of.
  private let name = String(UInt64.random(in: 0...UInt64.max), radix: 36)

  /// Keeps a message `{name, data, id}` for everybody; its `id` is its sender's mark, by which it is known when it is
  /// sent again.
  ///
  /// - Returns: the message with its number in the place of the mark.
  func post(_ body: [UInt8]) throws(RequestError) -> String {
    guard let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any],
      let name = object["name"] as? String, (1...64).contains(name.utf8.count)
    else { throw RequestError(.badRequest, #"Send JSON such as {"name":"message","data":"Hello","id":"a1"}"#) }
    // These are said by the server and by the client object themselves.
    guard name != "error", name != "reset" else {
      throw RequestError(.badRequest, "No message may have the name error or reset.")
    }
    let mark = object["id"].map { "\($0)" }
    guard (mark ?? "").utf8.count <= 64 else { throw RequestError(.badRequest, "An id has 64 bytes at most.") }
    if let mark, let stored = bus.batch(after: 0).messages.last(where: { $0.value.mark == mark }) {
      return stored.value.json
    }
    var parts = ["\"id\":\(bus.lastID + 1)", "\"name\":\(JSONString.encode(name))"]
    if let data = object["data"] {
      let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]
      let json = (try? JSONSerialization.data(withJSONObject: data, options: options)) ?? Data("null".utf8)
      parts.append("\"data\":" + String(decoding: json, as: UTF8.self))
    }
    let json = "{" + parts.joined(separator: ",") + "}"
    try Input.check(json)
    bus.publish(Stored(mark: mark, json: json))
    return json
  }

  /// Whether a mark is new: what is not a message, and comes again, is not to be done again.
  func isNew(_ mark: String?) -> Bool {
    guard let mark else { return true }
    if done.count > 1000 { done = [] }
    return done.insert(mark).inserted
  }

  /// What a client does not have; waits for it, at most so long.
  func answer(to versions: Versions, of history: String?, within time: Duration) async throws -> String {
    let isOther = history != nil && history != name || versions.newest > bus.lastID
    var cursor = isOther ? -1 : versions.complete
    while true {
      let batch = try await bus.next(after: cursor, within: time)
      let missing = batch.messages.filter { isOther || !versions.acknowledged.contains($0.id) }.map(\.value.json)
      if !missing.isEmpty || batch.reset || cursor == batch.cursor {
        let reset = batch.reset ? "\"reset\":\(batch.cursor - batch.messages.count)," : ""
        return "{\"history\":\"\(name)\",\(reset)\"messages\":[\(missing.joined(separator: ","))]}"
      }
      cursor = batch.cursor
    }
  }

  /// Hands on what comes after a cursor, for as long as its task lasts. Where the cursor does not count, it begins with
  /// a message `reset`: go on after its id, in the history that is its data.
  func read(
    after cursor: Int, of history: String?, _ take: @LoopActor (String) async throws -> Void
  ) async throws {
    var cursor = history == name ? cursor : -1
    while true {
      let batch = try await bus.next(after: cursor)
      if batch.reset || cursor < 0 {
        try await take("{\"id\":\(batch.cursor - batch.messages.count),\"name\":\"reset\",\"data\":\"\(name)\"}")
      }
      for message in batch.messages { try await take(message.value.json) }
      cursor = batch.cursor
    }
  }
}
