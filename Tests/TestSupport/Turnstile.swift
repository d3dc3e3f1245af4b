import Testing

/// Lets in so many at a time; the others wait, in the order in which they came: what costs a test more than others
/// should not be done by many at once.
public actor Turnstile {
  /// For tests that run a server.
  public static let servers = Turnstile(width: 16)
  /// For tests of pages, of which some need two browsers: fewer than there are.
  public static let pages = Turnstile(width: 3)
  /// For graders, which wait more than they work.
  public static let graders = Turnstile(width: 24)

  /// One that is inside already does not wait once more, for what it holds itself.
  @TaskLocal private static var isInside = false

  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// A turnstile with room for so many, at least one.
  public init(width: Int) {
    free = max(1, width)
  }

  /// Waits for room, and keeps it for as long as the closure lasts.
  public nonisolated func pass<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    if Self.isInside { return try await body() }
    await enter()
    do {
      let result = try await Self.$isInside.withValue(true) { try await body() }
      await leave()
      return result
    } catch {
      await leave()
      throw error
    }
  }

  private func enter() async {
    if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
  }

  private func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

/// The trait of a test that opens pages.
public struct PageTrait: SuiteTrait, TestTrait, TestScoping {
  /// A suite hands it on to its tests.
  public var isRecursive: Bool { true }

  /// Runs the test when it is its turn.
  @concurrent public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await Turnstile.pages.pass { try await function() }
  }
}

extension Trait where Self == PageTrait {
  /// So many tests of pages at a time as there are browsers for.
  public static var opensPages: Self { Self() }
}
