// swift-tools-version: 6.2
import PackageDescription

/// Plain `async` functions stay on their caller's executor, so that nothing leaves the loop unasked.
let settings: [SwiftSetting] = [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

let package = Package(
  name: "comet",
  products: [
    .library(name: "Comet", targets: ["Comet"]),
    .library(name: "CometDemo", targets: ["CometDemo"]),
    .executable(name: "demo", targets: ["demo"]),
    .executable(name: "workshop", targets: ["workshop"]),
    .executable(name: "bench", targets: ["bench"]),
  ],
  targets: [
    // The layers, lowest first. A layer imports only what stands above it in this list.
    .target(name: "CEpoll"),
    .target(name: "CometLoop", dependencies: ["CEpoll"], swiftSettings: settings),
    .target(name: "CometWire", swiftSettings: settings),
    .target(name: "Comet", dependencies: ["CometLoop", "CometWire"], swiftSettings: settings),
    .target(name: "CometDemo", dependencies: ["Comet"], swiftSettings: settings),
    .executableTarget(name: "demo", dependencies: ["CometDemo"], swiftSettings: settings),

    // The exercises. Their graders know nothing of the server that they grade.
    // Optimised, since they read long messages byte by byte, hundreds of times in the tests.
    .target(
      name: "WorkshopChecks", dependencies: ["CometWire"],
      swiftSettings: settings + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
    .target(name: "ExerciseKit", dependencies: ["Comet"], swiftSettings: settings),
    .executableTarget(name: "workshop", dependencies: ["WorkshopChecks", "ExerciseKit"], swiftSettings: settings),
    .target(
      name: "Starters", dependencies: ["ExerciseKit"], path: "tutorials/exercises/starters", swiftSettings: settings),
    .target(
      name: "Solutions", dependencies: ["ExerciseKit"], path: "tutorials/exercises/solutions", swiftSettings: settings),

    // Measures the demo from outside: it starts that program, and shares no code with it.
    .executableTarget(
      name: "bench", dependencies: ["CEpoll", "demo"], resources: [.embedInCode("peer.js")], swiftSettings: settings),

    // The tests' own clients know nothing of the server that they test. Optimised, since they read millions of bytes.
    .target(
      name: "TestSupport", dependencies: ["TestRunner"], path: "Tests/TestSupport",
      swiftSettings: settings + [.unsafeFlags(["-O"])]),
    .target(name: "TestRunner", path: "Tests/TestRunner"),
    .testTarget(name: "CometWireTests", dependencies: ["CometWire"], swiftSettings: settings),
    // The parsers once more, optimised: a million inputs would take a debug build minutes.
    .target(
      name: "FuzzTargets", dependencies: ["CometWire"], path: "Tests/Fuzz/Targets",
      swiftSettings: settings + [.unsafeFlags(["-O"])]),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets", "TestRunner"], swiftSettings: settings),
    // A crowd of guests, optimised too: it must be faster than the server that it visits.
    .target(
      name: "SoakCrowd", dependencies: ["CEpoll"], path: "Tests/Soak/Crowd",
      swiftSettings: settings + [.unsafeFlags(["-O"])]),
    .testTarget(
      name: "SoakTests", dependencies: ["SoakCrowd", "CometDemo", "demo", "TestSupport"], path: "Tests/Soak/Tests",
      swiftSettings: settings),
    .testTarget(name: "CometLoopTests", dependencies: ["CometLoop"], swiftSettings: settings),
    .testTarget(name: "CometTests", dependencies: ["Comet", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "CometDemoTests", dependencies: ["CometDemo", "demo", "TestSupport"], exclude: ["Golden"],
      swiftSettings: settings),
    .testTarget(
      name: "WorkshopChecksTests",
      dependencies: ["WorkshopChecks", "ExerciseKit", "Starters", "Solutions", "workshop", "TestSupport"],
      swiftSettings: settings),
    .testTarget(name: "BenchTests", dependencies: ["bench", "TestSupport"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
