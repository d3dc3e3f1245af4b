/// What remains of many numbers.
enum Statistics {
  /// The number in the middle, or the mean of the two there; 0 of none.
  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let upper = sorted.dropFirst(sorted.count / 2).first else { return 0 }
    guard sorted.count.isMultiple(of: 2) else { return upper }
    return (sorted[sorted.count / 2 - 1] + upper) / 2
  }

  /// The smallest value that this share of all values does not exceed (nearest rank); 0 of none.
  static func percentile(_ share: Double, ofSorted values: [Nanoseconds]) -> Nanoseconds {
    guard !values.isEmpty else { return 0 }
    let rank = Int((share * Double(values.count)).rounded(.up))
    return values[min(max(rank, 1), values.count) - 1]
  }
}
