import Comet
import Foundation
import TestSupport

/// A folder of the test's own.
struct Folder {
  let path: String

  /// Writes a file; the folders on its way are made.
  func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    let file = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// Makes a symbolic link.
  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
  }

  /// Sets when a file was changed last, in seconds since 1970.
  func setModified(_ name: String, _ seconds: Double) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: path + "/" + name)
  }
}

/// Lends a fresh folder to a closure, and removes it afterwards.
func withFolder<Result>(_ body: (Folder) async throws -> Result) async throws -> Result {
  let name = "comet-\(UInt64.random(in: 0...UInt64.max))"
  let url = FileManager.default.temporaryDirectory.appendingPathComponent(name)
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try await body(Folder(path: url.resolvingSymlinksInPath().path))
}

/// Lends a server for the folder `www` in a fresh folder.
func withFiles<Result: Sendable>(
  limits: Limits = Limits(), at prefix: String = "/",
  pageFields: @escaping @Sendable ([UInt8]) -> Fields = { _ in [:] },
  fill: (Folder) throws -> Void, test: (Site, Folder) async throws -> Result
) async throws -> Result {
  try await withFolder { folder in
    try folder.write("www/index.html", "<p>index")
    try fill(folder)
    guard let files = StaticFiles(folder: folder.path + "/www", pageFields: pageFields) else {
      throw ClientError(awaiting: "the folder", .unexpected("it is not there"))
    }
    return try await withSite(limits: limits, routes: { $0.files(prefix, from: files) }) { site in
      try await test(site, folder)
    }
  }
}
