// Time, in nanoseconds since some moment: one number, so that taking it costs next to nothing.

import Glibc

typealias Nanoseconds = UInt64

enum Clock {
  static func now() -> Nanoseconds {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Nanoseconds(time.tv_sec) * 1_000_000_000 + Nanoseconds(time.tv_nsec)
  }
}

extension Nanoseconds {
  static func seconds(_ seconds: Double) -> Nanoseconds { Nanoseconds(seconds * 1e9) }

  var seconds: Double { Double(self) / 1e9 }
  var milliseconds: Double { Double(self) / 1e6 }
  var microseconds: Double { Double(self) / 1e3 }
}
