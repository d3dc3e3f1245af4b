// What a process has used so far, as the kernel tells (proc(5)).

import Foundation

extension ServerProcess {
  /// The time for which its threads have run, in seconds.
  func processorSeconds() throws -> Double {
    let tasks = "/proc/\(id)/task"
    guard let threads = try? FileManager.default.contentsOfDirectory(atPath: tasks) else { throw gone }
    var nanoseconds = 0.0
    for thread in threads {
      // The first number of schedstat, in nanoseconds. Where the kernel has none, ticks from stat must do.
      guard let text = Self.text("\(tasks)/\(thread)/schedstat"), let time = Double(text.prefix { $0 != " " }) else {
        return try ticks()
      }
      nanoseconds += time
    }
    return nanoseconds / 1e9
  }

  /// User and system time of the whole process: the fields 14 and 15, the 12th and 13th after its name.
  private func ticks() throws -> Double {
    let fields = Self.text("/proc/\(id)/stat")?.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { throw gone }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Its memory, in KiB: all that is resident, and what of that belongs to no file.
  func memory() throws -> (resident: Double, anonymous: Double) {
    let lines = Self.text("/proc/\(id)/smaps_rollup")?.split(separator: "\n") ?? []
    func value(_ name: String) throws -> Double {
      let words = lines.first { $0.hasPrefix(name) }?.split(separator: " ") ?? []
      guard words.count > 1, let value = Double(words[1]) else { throw gone }
      return value
    }
    return (try value("Rss:"), try value("Anonymous:"))
  }

  private var gone: Failure { Failure("\(kind.title) has gone") }

  private static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }
}
