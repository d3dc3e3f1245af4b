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

/// Broken variants of the samples: bytes changed, inserted and removed, parts doubled, cut off and mixed.
public struct Mutator {
  /// Long enough for every limit of the targets, short enough to be quick.
  private static let maxSize = 600
  /// Bytes that mean something in one grammar or another.
  private static let marks =
    Array("\0\t\n\r \"#$%&+,-./0159:;<=>?@AZ[\\]az\u{7F}".utf8) + [0x80, 0xBF, 0xC0, 0xFE, 0xFF]

  private let samples: [[UInt8]]
  private var random: RepeatableRandom
  private var bytes: [UInt8] = []

  /// Gives the same variants for the same samples and seed.
  public init(of samples: [[UInt8]], seed: UInt64) {
    self.samples = samples
    random = RepeatableRandom(seed: seed)
    bytes.reserveCapacity(Self.maxSize * 2)
  }

  /// The next variant.
  public mutating func next() -> [UInt8] {
    bytes.removeAll(keepingCapacity: true)
    bytes += pick(samples) ?? []
    for _ in 0..<1 + below(4) { mutate() }
    if bytes.count > Self.maxSize { bytes.removeSubrange(Self.maxSize...) }
    return bytes
  }

  private mutating func mutate() {
    let place = below(bytes.count + 1)
    let isInside = place < bytes.count
    switch below(10) {
    case 0 where isInside: bytes[place] = UInt8(truncatingIfNeeded: random.next())
    case 1 where isInside: bytes[place] ^= 1 << UInt8(below(8))
    case 2 where isInside: bytes[place] = pick(Self.marks) ?? 0
    case 3 where isInside: bytes.remove(at: place)
    case 4 where isInside: bytes.removeSubrange(place..<place + min(bytes.count - place, 1 + below(16)))
    case 5 where below(4) == 0: bytes.removeSubrange(place...)
    case 6: bytes += bytes[place...].prefix(Self.maxSize)
    case 7:
      let other = pick(samples) ?? []
      bytes.insert(contentsOf: other.dropFirst(below(other.count + 1)).prefix(1 + below(32)), at: place)
    case 8: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
    default: bytes.insert(pick(Self.marks) ?? 0, at: place)
    }
  }

  /// A number from 0 on. The bias of a remainder does not matter here, its speed does.
  private mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: random.next() >> 33) % bound
  }

  private mutating func pick<Element>(_ choices: [Element]) -> Element? {
    choices.isEmpty ? nil : choices[below(choices.count)]
  }
}
