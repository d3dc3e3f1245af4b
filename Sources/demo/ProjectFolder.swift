// Where the pages are. The demo may be started from any folder.

import Glibc

enum ProjectFolder {
  /// The folder of the project: the first one with the pages, upwards from the program itself, then from the folder
  /// that it was started in.
  static func find() -> String? {
    for start in ["/proc/self/exe", "."] {
      guard let resolved = realpath(start, nil) else { continue }
      defer { free(resolved) }
      var folder = String(cString: resolved)
      while let slash = folder.lastIndex(of: "/") {
        if access(folder + "/www/polling.html", R_OK) == 0 { return folder }
        folder = String(folder[..<slash])
      }
    }
    return nil
  }
}
