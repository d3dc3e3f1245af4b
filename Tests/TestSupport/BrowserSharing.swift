import Foundation

extension Browser {
  /// Whether the tests of the pages can run here.
  public static var isInstalled: Bool { find("chromedriver") != nil && find("chromium") != nil }

  /// What to say when they cannot.
  public static let missingMessage =
    "Chromium or ChromeDriver is not installed; install Debian's chromium and chromium-driver "
    + "to run the tests of the pages."

  /// The path of a program: from `PATH`, or from where Debian and its kin put it.
  static func find(_ program: String) -> String? {
    let names = program == "chromium" ? ["chromium", "chromium-browser", "google-chrome"] : [program]
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = path.split(separator: ":").map(String.init) + ["/usr/bin", "/usr/lib/chromium", "/snap/bin"]
    return names.lazy.flatMap { name in folders.lazy.map { "\($0)/\(name)" } }
      .first(where: FileManager.default.isExecutableFile)
  }
}

/// Lends a browser of its own to a closure, and ends it afterwards.
public func withBrowser<Result>(_ body: (Browser) async throws -> Result) async throws -> Result {
  let browser = try await Browser()
  let result: Result
  do {
    result = try await body(browser)
  } catch {
    try? await browser.quit()
    throw error
  }
  try await browser.quit()
  return result
}

/// Lends a fresh tab with a page to a closure, in one of two browsers that all tests of this process share; tests wait for
/// their turn.
///
/// Starting Chromium takes a second or two, opening a tab a fifth of one. The browser ends with the tests, by its
/// ``Watchdog``. Tabs share cookies and storage; where this matters, use ``withBrowser(_:)``.
///
/// ```swift
/// try await withPage("http://localhost:\(port)/polling.html") { page in
///   try await page.waitUntil("a time is shown", "document.querySelector('output').textContent")
///   #expect(try await page.consoleErrors() == [])
/// }
/// ```
public func withPage<Result: Sendable>(
  _ url: String, _ body: (Browser) async throws -> Result
) async throws -> Result {
  let browser = try await SharedBrowsers.shared.lend()
  let result: Swift.Result<Result, any Error>
  do {
    try await browser.openTab(url)
    result = .success(try await body(browser))
  } catch {
    result = .failure(error)
  }
  await SharedBrowsers.shared.takeBack(browser)
  return try result.get()
}

/// The browsers that all tests share, each lent to one at a time.
private actor SharedBrowsers {
  static let shared = SharedBrowsers()

  private var idle: [Browser] = []
  /// As many as the machine has cores to be expected.
  private var free = 2
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func lend() async throws -> Browser {
    if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    do {
      if let browser = idle.popLast() { return browser }
      return try await Browser()
    } catch {
      passOn()
      throw error
    }
  }

  /// Closes all tabs of the test but an empty one; a browser that cannot do this is replaced.
  func takeBack(_ browser: Browser) async {
    do {
      try await browser.closeTabs()
      idle.append(browser)
    } catch {
      try? await browser.quit()
    }
    passOn()
  }

  private func passOn() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

extension Browser {
  /// Opens a page in a new tab, and forgets what is on the console.
  fileprivate func openTab(_ url: String) async throws {
    try await switchTo(try await newWindow())
    _ = try await consoleErrors()
    try await open(url)
  }

  /// Opens an empty tab and closes all others.
  fileprivate func closeTabs() async throws {
    let kept = try await newWindow()
    for handle in try await windows() where handle != kept {
      try await switchTo(handle)
      try await closeWindow()
    }
    try await switchTo(kept)
  }
}
