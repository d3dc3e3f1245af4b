import Glibc

/// Ends this process, a child that runs a test, when it takes more processor time from now on. Unlike the time by the
/// clock it is not spent by the tests that run beside it. `SLOWNESS=5` gives five times as much, for a sanitizer.
public func limitProcessorTime(toSeconds seconds: Int) {
  let slowness = getenv("SLOWNESS").flatMap { Int(String(cString: $0)) } ?? 1
  var used = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)
  var limits = rlimit(rlim_cur: rlim_t(used.tv_sec + seconds * slowness + 1), rlim_max: .max)
  setrlimit(numericCast(RLIMIT_CPU.rawValue), &limits)
}
