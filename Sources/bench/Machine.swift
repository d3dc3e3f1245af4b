// The machine: what the numbers belong to, and what it allows.

import Foundation

/// Where, when and how a run was made.
struct Machine: Codable {
  var processor: String
  var cores: Int
  var memory: String
  var system: String
  var kernel: String
  var swift: String
  var node: String?
  var date: String
  var command: String

  init(node: String?) throws {
    let lines = Self.text("/proc/cpuinfo").split(separator: "\n")
    processor = lines.first { $0.hasPrefix("model name") }?.after(":") ?? "unknown processor"
    cores = Cores.current.list.count
    memory = "\(Int((Double(ProcessInfo.processInfo.physicalMemory) / 1_073_741_824).rounded())) GiB"
    let release = Self.text("/etc/os-release").split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
    system = release?.after("=").filter { $0 != "\"" } ?? "Linux"
    kernel = Self.text("/proc/sys/kernel/osrelease").split(separator: "\n").first.map(String.init) ?? "unknown"
    // The compiler that is installed is most likely the one that built this.
    swift = try Spawn.firstLine("swift", "--version") ?? "unknown"
    self.node = node
    date = ISO8601DateFormatter().string(from: Date())
    let words = CommandLine.arguments.dropFirst()
    command = (["swift run -c release bench"] + words).joined(separator: " ")
  }

  private static func text(_ path: String) -> String {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Allows this process and its children all open files that they may have.
  ///
  /// - Returns: how many that are.
  static func raiseFileLimit() -> Int {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0 else { return 1024 }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(resource, &limit)
    return Int(clamping: limit.rlim_cur)
  }
}

extension Substring {
  /// What follows the first separator, without spaces around it.
  fileprivate func after(_ separator: Character) -> String {
    String(drop { $0 != separator }.dropFirst()).trimmingCharacters(in: .whitespaces)
  }
}
