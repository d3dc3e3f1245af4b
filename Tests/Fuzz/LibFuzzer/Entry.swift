// What libFuzzer calls, once for each input. `Tests/Fuzz/run` compiles this together with the targets.

import Glibc

/// The target that the environment names.
private let target = FuzzTarget.all.first { $0.name == getenv("FUZZ_TARGET").map { String(cString: $0) } }

/// Checks the target with this input; aborts if something does not hold.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let target else {
    print("FUZZ_TARGET must be one of: \(FuzzTarget.all.map(\.name).joined(separator: " "))")
    exit(2)
  }
  do {
    _ = try target.check(Array(UnsafeBufferPointer(start: start, count: count)))
  } catch {
    // libFuzzer writes the input to a file when the process aborts.
    print("Broken: \(error)")
    fflush(nil)
    abort()
  }
  return 0
}
