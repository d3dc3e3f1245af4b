import CometLoop

/// Wants to know when there is news. What the news is, it asks for itself: a word too many does no harm.
@LoopActor
protocol Subscriber: AnyObject {
  /// Where it stands in the list, -1 while it does not: kept by ``Subscribers``.
  var place: Int32 { get set }
  /// There is news. May add and remove subscribers.
  func news()
}

/// What a subscriber follows.
@LoopActor
protocol Source: AnyObject {
  /// A subscriber that is there already is not added again.
  func add(_ subscriber: any Subscriber)
  /// Does nothing when it is not there.
  func remove(_ subscriber: any Subscriber)
}

/// The subscribers of a source, in no order.
@LoopActor
struct Subscribers {
  private var list: [any Subscriber] = []

  nonisolated init() {}

  var count: Int { list.count }

  /// The one at a place, while there is one.
  subscript(place: Int) -> (any Subscriber)? { list.indices.contains(place) ? list[place] : nil }

  mutating func add(_ subscriber: any Subscriber) {
    guard subscriber.place < 0 else { return }
    subscriber.place = Int32(clamping: list.count)
    list.append(subscriber)
  }

  /// The last one takes the place that becomes free.
  mutating func remove(_ subscriber: any Subscriber) {
    let place = Int(subscriber.place)
    guard list.indices.contains(place), list[place] === subscriber else { return }
    subscriber.place = -1
    let last = list.removeLast()
    guard last !== subscriber else { return }
    list[place] = last
    last.place = Int32(clamping: place)
  }
}
