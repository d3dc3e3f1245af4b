import Synchronization

/// A right server for the exercise `xhr-stream`, which can break one rule.
final class StreamServer: Sendable {
  private struct State {
    var open = 0
    /// Of a server that counts for all clients together.
    var count = 0
  }

  private let fault: String?
  private let state = Mutex(State())

  init(breaking fault: String?) { self.fault = fault }

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    switch request.path {
    case "/stream": stream(peer)
    case "/clients": peer.answer("200 OK", [], String(state.withLock { $0.open }))
    default: peer.answer("404 Not Found")
    }
  }

  private func stream(_ peer: RawPeer) {
    state.withLock { state in
      if state.open == 0 { state.count = 0 }
      state.open += 1
    }
    defer { state.withLock { $0.open -= 1 } }
    peer.begin(["Content-Type: " + (fault == "type" ? "multipart/octet-stream" : "text/plain; charset=utf-8")])
    var kept = ""
    var sent = 0
    while sent < (fault == "ten" ? 11 : 10) {
      if fault == "leaving" {
        RawPeer.pause(100)
      } else {
        let tick = ContinuousClock.now + .milliseconds(100)
        while ContinuousClock.now < tick { guard peer.receive(within: 5) else { return } }
      }
      sent += 1
      if fault == "own-count" {
        let count = state.withLock { state in
          state.count += 1
          return state.count
        }
        if count > 10 { break }
      }
      let number = (sent * 739) % 10_000 + (fault == "range" ? 10_000 : 0)
      kept += String(number) + (fault == "separator" ? "" : "\n")
      if fault == "unbuffered", sent % 5 != 0 { continue }
      peer.chunk(kept)
      kept = ""
    }
    if fault != "end" { peer.write("0\r\n\r\n") }
  }
}
