import FoundationEssentials
import Synchronization

/// A right server for the exercise `mail`, which can break one rule.
final class MailServer: Sendable {
  private struct Mail: Encodable {
    let type: Int
    let subject: String
  }

  private struct News: Encodable {
    let c: Int
    let msg: [Mail]
  }

  private struct State {
    var inboxes: [String: [String]] = [:]
    /// Sessions that have ended, as far as their polls do not know yet.
    var ended: Set<String> = []
    var lastNumber = 0
  }

  private enum Result {
    case mails([String])
    case error
  }

  private let fault: String?
  private let state = Mutex(State())

  init(breaking fault: String?) { self.fault = fault }

  func serve(_ peer: RawPeer) {
    guard let request = peer.request() else { return }
    let sid = request.query["sid"] ?? ""
    switch (request.method, request.path) {
    case ("POST", "/pns/session"): open(peer)
    case ("DELETE", "/pns/session"):
      state.withLock { state in
        if fault == "ended, but only for who waits" { state.ended.insert(sid) } else { state.inboxes[sid] = nil }
      }
      peer.answer("204 No Content")
    case ("POST", "/pns/deliver"): deliver(request.text, to: sid, peer)
    case ("GET", "/pns/poll"): poll(sid, isNamed: request.query["sid"] != nil, peer)
    default: peer.answer("404 Not Found")
    }
  }

  private func open(_ peer: RawPeer) {
    let sid = state.withLock { state in
      state.lastNumber += 1
      let sid = fault == "session" ? "s\(state.lastNumber)" : "session-\(state.lastNumber)"
      state.inboxes[sid] = []
      return sid
    }
    peer.answer("201 Created", ["Content-Type: application/json"], "{\"sid\": \"\(sid)\", \"more\": true}")
  }

  private func deliver(_ subject: String, to sid: String, _ peer: RawPeer) {
    let isKnown = state.withLock { state in
      guard state.inboxes[sid] != nil else { return fault == "nobody" && sid == "nobody" }
      // A server that does not keep mail has nothing for a session that does not poll at this moment.
      if fault == "kept", subject == "kept" { return true }
      for other in fault == "own" ? Array(state.inboxes.keys) : [sid] { state.inboxes[other]?.append(subject) }
      return true
    }
    peer.answer(isKnown ? "202 Accepted" : "404 Not Found")
  }

  private func poll(_ sid: String, isNamed: Bool, _ peer: RawPeer) {
    guard state.withLock({ $0.inboxes[sid] != nil }) else {
      let isRight = isNamed ? fault != "unknown" || sid != "nobody" : fault != "missing"
      return isRight ? refuse(peer) : answer([], peer)
    }
    let limit = Duration.milliseconds(fault == "held" ? 400 : 1100)
    let isEmpty = state.withLock { $0.inboxes[sid] == [] }
    switch peer.wait(limit, isBlind: fault == "left", for: { news(for: sid) }) {
    case .gone: return
    case .silence: fault == "nothing" ? peer.answer("204 No Content") : answer([], peer)
    case .news(.error): refuse(peer)
    case .news(.mails(let subjects)):
      if fault == "wake", subjects == ["wake up"] { RawPeer.pause(1200) }
      if fault == "once, but for who waits", isEmpty { state.withLock { $0.inboxes[sid] = subjects } }
      answer(subjects, peer)
    }
  }

  private func news(for sid: String) -> Result? {
    state.withLock { state in
      if state.ended.remove(sid) != nil { return .error }
      guard let inbox = state.inboxes[sid] else { return fault == "ended" ? nil : .error }
      guard !inbox.isEmpty else { return nil }
      state.inboxes[sid] = fault == "once" ? inbox : fault == "together" ? Array(inbox.dropFirst()) : []
      return .mails(fault == "together" ? Array(inbox.prefix(1)) : inbox)
    }
  }

  private func answer(_ subjects: [String], _ peer: RawPeer) {
    let mails = subjects.map { subject in
      Mail(type: fault == "count" ? 0 : 70, subject: fault == "text" ? subject.replacing("\\", with: "/") : subject)
    }
    let body = (try? JSONEncoder().encode(News(c: mails.count, msg: mails))) ?? Data()
    send("200 OK", String(decoding: body, as: UTF8.self), peer)
  }

  private func refuse(_ peer: RawPeer) { send("403 Forbidden", #"{"errorCode": 17}"#, peer) }

  private func send(_ status: String, _ body: String, _ peer: RawPeer) {
    let fields = ["content-type: application/json; charset=utf-8", "cache-control: no-store"]
    peer.answer(status, fault == "json" ? ["Content-Type: text/html"] : fields, body)
  }
}
