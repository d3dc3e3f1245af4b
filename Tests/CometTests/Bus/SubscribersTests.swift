import Testing

@testable import Comet

/// The list of those who want to hear: they come and go, also while they are told.
@LoopActor
@Suite struct SubscribersTests {
  final class Listener: Subscriber {
    var place: Int32 = -1
    var count = 0
    var then: @LoopActor () -> Void = {}

    func news() {
      count += 1
      then()
    }
  }

  @Test func nobodyIsAddedTwiceOrRemovedTwice() {
    var list = Subscribers()
    let listeners = (0..<3).map { _ in Listener() }
    for listener in listeners + listeners { list.add(listener) }
    #expect(list.count == 3)
    for listener in [listeners[0], listeners[0], listeners[2]] { list.remove(listener) }
    #expect(list.count == 1 && list[0] === listeners[1] && list[1] == nil && list[-1] == nil)
    list.add(listeners[0])
    #expect(list[1] === listeners[0])
  }

  /// One that stands in another list at the same place stays there.
  @Test func somebodyElsesSubscriberIsNotRemoved() {
    var (mine, other) = (Subscribers(), Subscribers())
    let (here, there) = (Listener(), Listener())
    mine.add(here)
    other.add(there)
    mine.remove(there)
    #expect(mine.count == 1 && there.place == 0)
  }

  /// A subscriber that leaves on hearing the news, or removes or adds another, makes none miss it.
  @Test(arguments: 0..<8)
  func everybodyWhoStaysHearsTheNews(seed: Int) async {
    let bus = Broadcaster<Int>()
    let listeners = (0..<8).map { _ in Listener() }
    for listener in listeners { bus.add(listener) }
    let (leaves, removed) = (listeners[seed], listeners[(seed * 3 + 1) % 8])
    let late = Listener()
    leaves.then = {
      bus.remove(leaves)
      bus.remove(removed)
      bus.add(late)
    }
    bus.publish(1)
    // To the end of this turn and beyond.
    for _ in 1...3 { await Task.yield() }
    try? await sleep(for: .milliseconds(1))
    for listener in listeners where listener !== removed { #expect(listener.count >= 1) }
    #expect(bus.readerCount == (leaves === removed ? 8 : 7))
  }
}
