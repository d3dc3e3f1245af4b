import Testing

@testable import bench

@Suite struct StatisticsTests {
  @Test(arguments: [([], 0), ([7], 7), ([3, 1], 2), ([9, 1, 5], 5), ([4, 1, 3, 2], 2.5)] as [([Double], Double)])
  func median(_ values: [Double], _ expected: Double) {
    #expect(Statistics.median(values) == expected)
  }

  @Test(arguments: [(0, 1), (0.5, 50), (0.99, 99), (0.991, 100), (1, 100)] as [(Double, Nanoseconds)])
  func percentileOfAHundred(_ share: Double, _ expected: Nanoseconds) {
    #expect(Statistics.percentile(share, ofSorted: Array(1...100)) == expected)
  }

  @Test func percentileOfFew() {
    #expect(Statistics.percentile(0.99, ofSorted: []) == 0)
    #expect(Statistics.percentile(0.01, ofSorted: [5]) == 5)
    #expect(Statistics.percentile(0.5, ofSorted: [5, 6]) == 5)
    #expect(Statistics.percentile(0.99, ofSorted: [5, 6]) == 6)
  }
}
