// Many guests, some hundred of them at a time, on one thread.

import CEpoll
import Glibc

/// Visits a server on this machine.
public final class Crowd {
  /// Fewer than any server or test may have descriptors.
  static let atOnce = 300

  private let port: UInt16
  private var visits: Visits
  private var guests: [Guest] = []
  private var arrived = 0
  private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
  private var events = [epoll_event](repeating: epoll_event(), count: atOnce)
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

  /// The same seed makes the same visits.
  public init(port: Int, seed: UInt64) {
    self.port = UInt16(clamping: port)
    visits = Visits(port: self.port, seed: seed)
  }

  deinit {
    for guest in guests { guest.close() }
    close(epoll)
    buffer.deallocate()
  }

  /// Blocks until so many more guests have come and gone.
  ///
  /// - Throws: `CrowdError` as soon as somebody gets a wrong answer, or none.
  public func visit(_ count: Int) throws {
    let end = arrived + count
    while guests.count < min(count, Self.atOnce) { guests.append(try newGuest(at: guests.count)) }
    var present = guests.count
    var lastLook = ContinuousClock.now
    while present > 0 {
      let ready = epoll_wait(epoll, &events, Int32(events.count), 2)
      for index in 0..<max(0, Int(ready)) {
        let token = events[index].data.u64
        let guest = guests[Int(token & 0xFFFF)]
        // Somebody else may have come to this place meanwhile.
        if !guest.isGone, guest.descriptor == Int32(token >> 16) { try guest.ready(buffer) }
      }
      let now = ContinuousClock.now
      guard now - lastLook >= .milliseconds(2) || ready == 0 else { continue }
      lastLook = now
      present = guests.count
      for place in guests.indices {
        let guest = guests[place]
        try guest.look(at: now)
        guard guest.isGone else { continue }
        if guest.visit.name == "posts" { visits.lastMessage = Self.number(in: guest.begin) ?? visits.lastMessage }
        if arrived < end { guests[place] = try newGuest(at: place) } else { present -= 1 }
      }
    }
    guests = []
  }

  private func newGuest(at place: Int) throws -> Guest {
    let guest = try Guest(visits.next(), number: arrived, port: port, now: .now)
    arrived += 1
    var event = epoll_event()
    event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
    event.data.u64 = UInt64(guest.descriptor) << 16 | UInt64(place)
    guard epoll_ctl(epoll, EPOLL_CTL_ADD, guest.descriptor, &event) == 0 else {
      throw CrowdError("epoll_ctl: errno \(errno)")
    }
    return guest
  }

  /// The number behind `"id":`.
  private static func number(in bytes: [UInt8]) -> Int? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let key = text.split(separator: "\"id\":").dropFirst().first else { return nil }
    return Int(key.prefix { $0.isNumber })
  }
}
