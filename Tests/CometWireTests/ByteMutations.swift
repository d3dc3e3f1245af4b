/// A random generator that gives the same numbers in every run (SplitMix64), so that a failure can be seen again.
struct RepeatableRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// Broken variants of valid inputs: bytes changed, inserted, removed, doubled, cut off.
struct ByteMutations: Sequence, IteratorProtocol {
  let samples: [[UInt8]]
  var remaining: Int
  var random: RepeatableRandom

  init(of samples: [[UInt8]], count: Int = 10_000, seed: UInt64 = 1) {
    self.samples = samples
    remaining = count
    random = RepeatableRandom(seed: seed)
  }

  mutating func next() -> [UInt8]? {
    guard remaining > 0, var bytes = samples.randomElement(using: &random) else { return nil }
    remaining -= 1
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      let byte = UInt8.random(in: 0...255, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0 where place < bytes.count: bytes[place] = byte
      case 1 where place < bytes.count: bytes[place] ^= 1 << (byte % 8)
      case 2 where place < bytes.count: bytes.remove(at: place)
      case 3: bytes.append(contentsOf: bytes[place...])
      case 4 where remaining % 8 == 0: bytes.removeSubrange(place...)
      default: bytes.insert(byte, at: place)
      }
    }
    return bytes
  }
}
