// The history behind `im`, the reconnecting socket and the tabs: messages of any name, with any JSON as their data.

import Comet

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
      if let first = query.fields.first(where: { $0.value.isEmpty && $0.name.utf8.contains(Self.bar) }) {
        let parts = first.name.utf8.split(separator: Self.bar, omittingEmptySubsequences: false).map(Self.id)
        guard parts.count == 2, let complete = parts[0], let newest = parts[1] else { throw Self.invalid }
        (self.complete, self.newest) = (complete, newest)
      }
      for part in (query["c"] ?? "").utf8.split(separator: UInt8(ascii: ",")).prefix(1000) {
        guard let id = Self.id(part) else { throw Self.invalid }
        acknowledged.insert(id)
      }
    }

    private static let bar = UInt8(ascii: "|")

    private static func id(_ digits: Substring.UTF8View) -> Int? {
      guard digits.allSatisfy({ (0x30...0x39).contains($0) }), let id = Int(Substring(digits)), id <= 1 << 53 else {
        return nil
      }
      return id
    }

    private static let invalid = RequestError(.badRequest, "Versions and acknowledgements are numbers: /im?3|7&c=5,7")
  }

  /// A message, written already but for its number.
  struct Stored: Sendable {
    fileprivate let mark: SenderMark?
    fileprivate let rest: String
  }

  /// The messages as JSON, for everybody who follows them. For a client whose cursor does not count it begins
  /// with a message `reset`: go on after its id, in the history that is its data.
  let feed: Feed<Stored>

  private let bus: Broadcaster<Stored>
  private var done: Set<String> = []

  nonisolated init() {
    let bus = Broadcaster<Stored>()
    self.bus = bus
    feed = Feed(bus) { Self.json($0, of: bus.name) }
  }

  /// Keeps a message `{name, data, id}` for everybody; its `id` is its sender's mark, by which it is known when it is
  /// sent again.
  ///
  /// - Returns: the message with its number in the place of the mark.
  func post(_ body: [UInt8]) throws(RequestError) -> String { try post(try Self.json(body)) }

  private nonisolated static let shape = #"{"name":"message","data":"Hello","id":"a1"}"#

  /// What was sent, as JSON.
  static func json(_ body: [UInt8]) throws(RequestError) -> JSONText { try Input.json(body, shape) }

  /// Keeps a message that is JSON already.
  func post(_ object: JSONText) throws(RequestError) -> String {
    guard let name = object.string("name", atMost: 64), !name.isEmpty else {
      throw RequestError(.badRequest, "Send JSON such as \(Self.shape)")
    }
    // These are said by the server and by the client object themselves.
    guard name != "error", name != "reset" else {
      throw RequestError(.badRequest, "No message may have the name error or reset.")
    }
    let sent = try Self.mark(of: object)
    var rest = ",\"name\":\(JSONString.encode(name))"
    if let data = object["data"] { rest += ",\"data\":" + String(decoding: data, as: UTF8.self) }
    try Input.check(jsonBytes: rest.utf8.count)
    let mark = sent.map { SenderMark($0, of: rest) }
    if let mark, let stored = bus.last(where: { $0.value.mark?.isSame(as: mark) == true }) {
      return Self.json(stored)
    }
    return Self.json(bus.publish(Stored(mark: mark, rest: rest)))
  }

  private static func mark(of message: JSONText) throws(RequestError) -> String? {
    guard let id = message["id"], !id.elementsEqual("null".utf8) else { return nil }
    let isNumber = id.first.map { "-0123456789".utf8.contains($0) } == true
    guard let mark = isNumber ? String(decoding: id, as: UTF8.self) : message.string("id", atMost: 64),
      mark.utf8.count <= 64
    else {
      throw RequestError(.badRequest, "An id is a number or a text, of 64 bytes at most.")
    }
    return mark
  }

  private nonisolated static func json(_ item: Broadcaster<Stored>.Item, of history: String) -> String {
    switch item {
    case .message(let message): json(message)
    case .reset(let id): "{\"id\":\(id),\"name\":\"reset\",\"data\":\"\(history)\"}"
    }
  }

  private nonisolated static func json(_ message: Broadcaster<Stored>.Message) -> String {
    "{\"id\":\(message.id)\(message.value.rest)}"
  }

  /// Whether a command comes for the first time, as its mark tells, which is kept: one that is sent again is not to be
  /// done again.
  func isFirst(_ command: JSONText) -> Bool {
    guard let mark = try? Self.mark(of: command) else { return true }
    if done.count > 1000 { done = [] }
    return done.insert(mark).inserted
  }

  /// What a client does not have; waits for it, at most so long.
  func answer(to versions: Versions, of history: String?, within time: Duration) async throws -> String {
    // A client that comes from another history, or knows numbers that were not given yet, has nothing of ours: -1 is
    // before every history.
    let newest = max(versions.newest, versions.acknowledged.max() ?? 0)
    let knowsOurs = (history ?? bus.name).isExactly(bus.name) && newest <= bus.lastID
    var cursor = knowsOurs ? versions.complete : -1
    let end = ContinuousClock.now + time
    while true {
      let batch = try await bus.next(after: cursor, within: max(.zero, end - .now))
      let missing = batch.messages.filter { !(knowsOurs && versions.acknowledged.contains($0.id)) }
      let timeIsOver = batch.cursor == cursor
      if batch.reset || timeIsOver || !missing.isEmpty {
        let reset = batch.reset ? "\"reset\":\(batch.cursor - batch.messages.count)," : ""
        return "{\"history\":\"\(bus.name)\",\(reset)\"messages\":[\(Self.list(missing))]}"
      }
      // All that came is acknowledged already: wait for what comes after it.
      cursor = batch.cursor
    }
  }

  /// The first messages, up to 64 KiB of them or one: those that are left out are not acknowledged, so they come later.
  private static func list(_ messages: [Broadcaster<Stored>.Message]) -> String {
    var list = ""
    for text in messages.lazy.map(json) {
      guard list.isEmpty || list.utf8.count + text.utf8.count < 64 * 1024 else { break }
      list += list.isEmpty ? text : "," + text
    }
    return list
  }

  /// Where a follower goes on. One that comes for the first time, or with a cursor of another history, has nothing: -1
  /// is before every history.
  func cursor(of request: Request) throws(RequestError) -> Int {
    let cursor = try request.checkedCursor()
    return try request.queryValue("history")?.isExactly(bus.name) == true ? cursor ?? -1 : -1
  }

  /// Hands on what a follower gets, for as long as its task lasts.
  func read(after cursor: Int, _ take: @LoopActor (String) async throws -> Void) async throws {
    for try await item in bus.subscribe(after: cursor) { try await take(Self.json(item, of: bus.name)) }
  }
}
