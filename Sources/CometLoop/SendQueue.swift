/// The bytes of a stream that wait until the kernel takes them.
@LoopActor
struct SendQueue {
  private var bytes: [UInt8] = []
  /// How much of `bytes` has been taken.
  private var taken = 0
  /// Whether nobody else holds the array.
  private var isOwn = true

  nonisolated init() {}

  var count: Int { bytes.count - taken }
  var isEmpty: Bool { bytes.isEmpty }

  /// Adds bytes.
  ///
  /// - Returns: whether the queue was empty and no longer is.
  mutating func append(_ more: [UInt8]) -> Bool {
    guard !bytes.isEmpty else {
      // The array itself becomes the queue: what many streams send is not copied for each of them.
      bytes = more
      isOwn = false
      return !more.isEmpty
    }
    makeRoom()
    bytes.append(contentsOf: more)
    return false
  }

  /// Takes what a closure writes, where it will be sent from; see ``append(_:)``.
  mutating func append(_ write: (inout [UInt8]) -> Void) -> Bool {
    guard !bytes.isEmpty else {
      swap(&bytes, &EventLoop.shared.spare)
      isOwn = true
      write(&bytes)
      return !bytes.isEmpty
    }
    makeRoom()
    write(&bytes)
    return false
  }

  /// Hands out what waits, to `take`, which tells how much of it is done with; a negative number is an error.
  mutating func offer(to take: (UnsafeRawBufferPointer) -> Int) -> Int {
    let count = bytes.withUnsafeBytes { take(UnsafeRawBufferPointer(rebasing: $0[taken...])) }
    if count > 0 { taken += count }
    if taken == bytes.count { release() }
    return count
  }

  private mutating func makeRoom() {
    isOwn = true
    guard taken > bytes.count / 2 else { return }
    bytes.removeFirst(taken)
    taken = 0
  }

  /// Nothing is queued any more. The buffer is kept for the next stream that sends, unless others share it.
  private mutating func release() {
    taken = 0
    if isOwn, bytes.capacity <= 64 * 1024 {
      bytes.removeAll(keepingCapacity: true)
      swap(&bytes, &EventLoop.shared.spare)
    }
    bytes = []
  }
}
