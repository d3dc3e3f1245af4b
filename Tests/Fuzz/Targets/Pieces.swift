/// An input cut into pieces, as a network might. Where it is cut depends on its bytes alone, so that the file of an
/// input is all that it takes to see a failure again.
struct Pieces: Sequence, IteratorProtocol {
  private var rest: ArraySlice<UInt8>
  private var random: RepeatableRandom
  private let longest: Int

  init(_ bytes: [UInt8]) {
    rest = bytes[...]
    // FNV-1a, a hash that is the same in every process.
    random = RepeatableRandom(seed: bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    // One input in three byte by byte, the others in small or large pieces.
    longest = [1, 8, 80][Int(random.next() % 3)]
  }

  mutating func next() -> [UInt8]? {
    guard !rest.isEmpty else { return nil }
    let piece = rest.prefix(1 + Int(random.next() % UInt64(longest)))
    rest = rest.dropFirst(piece.count)
    return Array(piece)
  }
}
