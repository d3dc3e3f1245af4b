import Foundation
import Glibc

/// Many wanderers on one thread, while somebody sends messages.
public struct Swarm: Sendable {
  let port: Int
  /// How many clients, over all transports in turn.
  let clients: Int
  let messages: Int
  /// What decides who leaves, when and how.
  public let seed: UInt64
  /// The most that a client may be behind, so that none loses anything: fewer than the history.
  let lag = 800
  let batch = 50

  /// A swarm that goes where the demo's messages are.
  public init(port: Int, clients: Int, messages: Int, seed: UInt64) {
    self.port = port
    self.clients = clients
    self.messages = messages
    self.seed = seed
  }

  /// What became of one client.
  public struct Outcome: Sendable, CustomStringConvertible {
    /// Its transport.
    public let transport: Wanderer.Transport
    /// What it has, as its transport brought it.
    public let received: [UInt8]
    let cursor: Int
    /// How often it came.
    public let visits: Int
    /// What it did not understand.
    public let surprise: String?

    /// For the message of a test that fails.
    public var description: String {
      "\(transport) after \(visits) visits at \(cursor), with \(received.count) bytes; \(surprise ?? "no surprise")"
    }
  }

  /// The texts of the messages as the server writes them.
  func text(_ id: Int) -> String { #"{"id":\#(id),"name":"message","data":"m\#(id)"}"# }

  /// All messages as they come over each transport: what everybody is to have in the end.
  public var everything: [Wanderer.Transport: [UInt8]] {
    var (list, chunks, frames): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
    for id in 1...messages {
      let text = text(id)
      list += Array((id > 1 ? "," + text : text).utf8)
      let event = "id: \(id)\ndata: \(text)\n\n"
      chunks += Array("\(String(event.utf8.count, radix: 16))\r\n\(event)\r\n".utf8)
      frames += [0x81, UInt8(text.utf8.count)] + Array(text.utf8)
    }
    return [.shortPoll: list, .longPoll: list, .events: chunks, .webSocket: frames]
  }

  /// Runs until everybody has everything, on a thread of its own; at most for a while.
  public func run(within limit: Duration) async -> [Outcome] {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: roam(until: .now + limit)) }
    }
  }

  private func roam(until deadline: ContinuousClock.Instant) -> [Outcome] {
    var random = SeededGenerator(seed: seed)
    let all = Wanderer.Transport.allCases
    let wanderers = (0..<clients).map { Wanderer(all[$0 % all.count], port: port) }
    // One that stays, and tells how far the server is; it posts every other batch.
    let speaker = Wanderer(.webSocket, port: port)
    speaker.come()
    let poster = connected(to: port)
    defer { close(poster) }
    var sent = 0

    while ContinuousClock.now < deadline, wanderers.contains(where: { $0.cursor < messages }) {
      for wanderer in wanderers {
        if wanderer.rest > 0 {
          wanderer.rest -= 1
        } else if wanderer.descriptor < 0 {
          wanderer.come()
          // Some go before they are answered.
          if random.next() % 16 == 0 { wanderer.leave(way(&random)) }
        }
      }
      let present = wanderers.filter { $0.descriptor >= 0 && $0.rest == 0 } + [speaker]
      for wanderer in readable(present) {
        if wanderer === speaker {
          wanderer.read(atMost: 65_536)
          continue
        }
        wanderer.read(atMost: Int(random.next() % 4096) + 1)
        if wanderer.surprise != nil { return outcomes(wanderers) }
        guard random.next() % 12 == 0 else { continue }
        wanderer.leave(way(&random))
        wanderer.rest = Int(random.next() % 8)
      }
      if let surprise = speaker.surprise {
        return [Outcome(transport: .webSocket, received: [], cursor: 0, visits: 0, surprise: surprise)]
      }
      let slowest = wanderers.map(\.cursor).min() ?? 0
      if speaker.cursor == sent, sent < messages, sent + batch - slowest <= lag {
        let ids = (sent + 1)...min(sent + batch, messages)
        sent = ids.upperBound
        if ids.lowerBound / batch % 2 == 0 { post(ids, poster) } else { speaker.say(ids.flatMap(frame)) }
      }
    }
    return outcomes(wanderers)
  }

  private func outcomes(_ wanderers: [Wanderer]) -> [Outcome] {
    wanderers.map {
      Outcome(
        transport: $0.transport, received: $0.received, cursor: $0.cursor, visits: $0.visits, surprise: $0.surprise)
    }
  }

  private func way(_ random: inout SeededGenerator) -> Wanderer.Way {
    Wanderer.Way.allCases[Int(random.next() % 3)]
  }

  private func readable(_ wanderers: [Wanderer]) -> [Wanderer] {
    var polled = wanderers.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    // A breath, so that there is something to read from several: to look at all of them costs more than to read one.
    usleep(1000)
    _ = poll(&polled, nfds_t(polled.count), 1)
    return zip(wanderers, polled).filter { $1.revents != 0 }.map(\.0)
  }

  private func post(_ ids: ClosedRange<Int>, _ descriptor: Int32) {
    var requests = ""
    for id in ids {
      let body = #"{"data":"m\#(id)"}"#
      requests += "POST /api/messages HTTP/1.1\r\nHost: localhost:\(port)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
      requests += body
    }
    _ = requests.withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
    // The answers are of no interest.
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT)) > 0 {}
  }

  /// A text frame from a client, with a mask that changes nothing.
  private func frame(_ id: Int) -> [UInt8] {
    let text = Array(#"{"data":"m\#(id)"}"#.utf8)
    return [0x81, 0x80 | UInt8(text.count), 0, 0, 0, 0] + text
  }
}

/// The same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
